import type { ChildProcess } from "node:child_process";
import { PassThrough } from "node:stream";
import ffmpeg from "fluent-ffmpeg";
import { ExportError } from "./export-error.js";
import type { RateOption } from "./find-ffmpeg.js";
import { FFMPEG_SAID_CHARS } from "./limits.js";
import { shareRewritten } from "./second-pass.js";

/** An encoder that takes a Matroska and writes an MP4. */
export interface Encoder {
  /** Hands bytes on; resolves when there is room for more. Throws when the encoder has ended. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the input; resolves when the file is whole. Throws when it cannot be made. */
  finish(): Promise<void>;
  /** How much of the file has been written once more, its index in front: 0 to 1. `undefined`: this system does not say. */
  rewritten(): Promise<number | undefined>;
  /** Ends it at once. Resolves when its process is gone. */
  kill(): Promise<void>;
}

/** Its arguments beside input and output. See docs/adr/0014 for each. */
const OPTIONS = [
  "-c:v libx264",
  "-preset veryfast",
  "-crf 23",
  "-pix_fmt yuv420p",
  // Frames keep the times they have, to the millisecond: with `RateOption`.
  "-enc_time_base 1:1000",
  "-video_track_timescale 1000",
  // Without B-frames the time a frame is decoded is the time it is shown: otherwise the track's own duration is wrong.
  "-bf 0",
  "-g 120",
  "-color_range tv",
  "-colorspace bt709",
  "-color_primaries bt709",
  "-color_trc bt709",
  // Its index at the front, so that a browser plays it before all of it is there.
  "-movflags +faststart",
  "-an",
  "-map_metadata -1",
];

/**
 * Starts ffmpeg on a pipe, through fluent-ffmpeg, which is imported here alone. Its own `percent` is undefined for a pipe, and
 * an error of its spawning may come outside of its events: whoever uses this has a process of its own for it.
 * @param path of ffmpeg
 * @param file the MP4; overwritten
 * @param rate by what it is told to leave frames as they are
 */
export function startEncoder(path: string, file: string, rate: RateOption): Encoder {
  // Both marks of one byte: a frame is far larger than any mark, so what waits here is one frame on either side.
  const input = new PassThrough({ writableHighWaterMark: 1, readableHighWaterMark: 1 });
  // What is written after its end is told by `ended`.
  input.on("error", () => undefined);
  let said = "";
  let running: Pick<ChildProcess, "kill" | "pid"> | undefined;
  let killed = false;
  const command = ffmpeg(input, { stdoutLines: 50 })
    .setFfmpegPath(path)
    .inputFormat("matroska")
    .inputOptions(["-hide_banner", "-nostats", "-loglevel warning"])
    .outputOptions([`${rate} passthrough`, ...OPTIONS].flatMap((option) => option.split(" ")))
    .format("mp4")
    .output(file);
  const ended = new Promise<void>((resolve, reject) => {
    command.on("end", () => resolve());
    command.on("stderr", (line: string) => {
      said = `${said}${line}\n`.slice(-FFMPEG_SAID_CHARS);
    });
    command.on("error", (error: Error) =>
      reject(
        said.includes(NO_SPACE)
          ? new ExportError("no_space", `The server's disk is full (${NO_SPACE}).`, { cause: error })
          : new Error(reasonOf(error.message, said, file), { cause: error }),
      ),
    );
  });
  let ending: Error | undefined;
  /** Hears that it has ended, while somebody waits for room: nothing drains what is dead. */
  let wake: () => void = () => undefined;
  const over = (error: unknown): void => {
    ending = error instanceof Error ? error : new Error("ffmpeg ended early");
    wake();
  };
  ended.then(over, over);
  command.on("start", () => {
    running = (command as unknown as { readonly ffmpegProc: ChildProcess }).ffmpegProc;
    if (killed) running.kill("SIGKILL");
  });
  command.run();
  return {
    write: async (bytes) => {
      if (ending === undefined && !input.write(bytes)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          input.once("drain", resolve);
        });
        input.removeListener("drain", wake);
      }
      if (ending !== undefined) throw ending;
    },
    finish: async () => {
      input.end();
      await ended;
    },
    rewritten: () => shareRewritten(running?.pid, file),
    kill: async () => {
      killed = true;
      running?.kill("SIGKILL");
      await ended.catch(() => undefined); // that it was killed
      input.destroy();
    },
  };
}

/**
 * Why ffmpeg failed, in one line for whoever asked for a video: where the server keeps it is nobody else's business.
 * @param message of fluent-ffmpeg, which has more of ffmpeg's lines behind what happened
 * @param said by ffmpeg
 */
function reasonOf(message: string, said: string, file: string): string {
  const what = message.split("\n")[0]?.split(": ")[0] ?? "";
  const last = said.trim().split("\n").at(-1)?.replaceAll(file, "the video") ?? "";
  return last === "" ? what : `${what}: ${last}`;
}

/** As every system's library puts `ENOSPC`. */
const NO_SPACE = "No space left on device";
