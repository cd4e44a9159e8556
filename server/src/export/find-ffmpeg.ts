import { execFile } from "node:child_process";
import { FFMPEG_ANSWER_MS, FFMPEG_FOUND_MS } from "./limits.js";

/** Says why no video can be made on this machine, in words that help whoever runs the server; `undefined`: it can. */
export type FfmpegProblem = () => Promise<string | undefined>;

const INSTALL =
  "Install it on the server (Debian and Ubuntu: apt-get install ffmpeg; Alpine: apk add ffmpeg; Fedora: dnf install ffmpeg; macOS: brew install ffmpeg)";

/** How it is asked. One that does not answer may not listen to a kinder signal either. */
const ASKING = { timeout: FFMPEG_ANSWER_MS, killSignal: "SIGKILL", maxBuffer: 4 * 1024 * 1024 } as const;

/**
 * Looks for an ffmpeg with an H.264 encoder. That it is there is believed for a minute; that it is missing is looked at again
 * each time, so that installing it is enough.
 * @param ffmpegPath the program, or its name
 * @param searchPath where it is looked for by its name
 */
export function createFfmpegProblem(ffmpegPath: string, searchPath: string): FfmpegProblem {
  let foundMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() - foundMs < FFMPEG_FOUND_MS) return undefined;
    const problem = await look(ffmpegPath, searchPath);
    if (problem === undefined) foundMs = performance.now();
    return problem;
  };
}

function look(path: string, searchPath: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { ...ASKING, env: { PATH: searchPath } };
    execFile(path, ["-hide_banner", "-encoders"], options, (error, stdout) => {
      if (error === null) {
        const has = /^\s*V\S*\s+libx264\s/m.test(stdout);
        resolve(
          has
            ? undefined
            : `The server's ffmpeg has no H.264 encoder (libx264). ${INSTALL}, or set FFMPEG_PATH.`,
        );
      } else if (error.code === "ENOENT") {
        resolve(`Videos need ffmpeg, which is not installed. ${INSTALL}, or set FFMPEG_PATH to where it is.`);
      } else {
        resolve(`The server's ffmpeg does not run. ${INSTALL}, or set FFMPEG_PATH to one that does.`);
      }
    });
  });
}

/** The option by which ffmpeg is told to leave frames and their times as they are: a newer name, and one that is on its way out. */
export type RateOption = "-fps_mode" | "-vsync";

/**
 * Asks an ffmpeg for the name it has for {@link RateOption}: one before 5.1, as long-supported systems have it, refuses the newer.
 * One that does not answer is taken for a new one: what is wrong with it is told when it is started.
 * @param path the program, or its name
 */
export function rateOptionOf(path: string, signal: AbortSignal): Promise<RateOption> {
  return new Promise((resolve) => {
    const options = { ...ASKING, signal };
    execFile(path, ["-hide_banner", "-h", "long"], options, (error, stdout) => {
      resolve(error === null && !/^-fps_mode\s/m.test(stdout) ? "-vsync" : "-fps_mode");
    });
  });
}
