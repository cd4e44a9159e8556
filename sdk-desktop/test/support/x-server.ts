import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";

/** Programs that tests with a display need; CI installs them. */
const NEEDED = ["Xvfb", "openbox", "xdotool", "xprop"];
const START_TIMEOUT_MS = 20_000;

const onPath = (name: string): boolean =>
  (process.env.PATH ?? "").split(":").some((folder) => folder !== "" && existsSync(join(folder, name)));

/** What is missing here for tests with a display; empty when nothing is. */
export const missingForX: readonly string[] = NEEDED.filter((name) => !onPath(name));

if (missingForX.length > 0) {
  // Loudly: who reads the result should not think that this was tried.
  process.stderr.write(
    `\nSKIPPED: tests with a display, since ${missingForX.join(", ")} is not installed.\n\n`,
  );
}

/** An X server of a test's own, with a window manager. */
export interface XServer {
  /** Such as `:93`. */
  readonly display: string;
  readonly pid: number;
  /** The environment of a program that is to run on it. */
  readonly env: NodeJS.ProcessEnv;
  /** Starts a program on it; it ends with the display at the latest. */
  run(command: string, args?: readonly string[], env?: NodeJS.ProcessEnv): ChildProcess;
  /** Starts openbox on it, and waits until it takes windows. */
  manage(): Promise<void>;
  /** `xdotool` with these words; its output. */
  xdotool(...words: readonly (string | number)[]): string;
  /** Waits for a window whose title matches (xdotool's pattern); its handle. */
  windowNamed(pattern: string): Promise<number>;
  close(): Promise<void>;
  /** As a crash would end it. */
  kill(): Promise<void>;
}

/** Options of {@link startX}. */
export interface XOptions {
  readonly width?: number;
  readonly height?: number;
  /** Such as `:93`; default: the first that is free. */
  readonly display?: string;
  /** Default true. */
  readonly windowManager?: boolean;
}

/** Starts Xvfb at 24 bits, 1920x1080 unless told otherwise, and openbox on it. */
export function startX(options: XOptions = {}): Promise<XServer> {
  const { width = 1920, height = 1080, windowManager = true } = options;
  // Xvfb chooses a free number itself, and writes it to the descriptor when it listens.
  const wanted = options.display === undefined ? ["-displayfd", "3"] : [options.display];
  const args = ["-screen", "0", `${width}x${height}x24`, "-nolisten", "tcp", "-noreset", "-dpi", "96"];
  return serve("Xvfb", [...wanted, ...args], options.display, windowManager);
}

/**
 * An X server that was just started, once it listens.
 * @param args with `-displayfd 3`, unless `display` is named
 */
export async function serve(
  program: string,
  args: readonly string[],
  named: string | undefined,
  windowManager: boolean,
): Promise<XServer> {
  const server = spawn(program, args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const display = named ?? `:${await numberFrom(server)}`;
  const env = { ...process.env, DISPLAY: display };
  const children = new Set<ChildProcess>();
  const run = (command: string, args: readonly string[] = [], more: NodeJS.ProcessEnv = {}): ChildProcess => {
    const child = spawn(command, args, { env: { ...env, ...more }, stdio: "ignore" });
    children.add(child);
    child.once("error", () => children.delete(child));
    child.once("exit", () => children.delete(child));
    return child;
  };
  const xdotool = (...words: readonly (string | number)[]): string =>
    spawnSync("xdotool", words.map(String), { env, encoding: "utf8" }).stdout.trim();
  await listening(display);
  let managed = false;
  const manage = async (): Promise<void> => {
    run("openbox");
    // What it says last when it starts: a window that is opened before waits for it for seconds, or for ever.
    await until(
      () =>
        spawnSync("xprop", ["-root", "_NET_CLIENT_LIST"], { env, encoding: "utf8" }).stdout.includes(
          "window",
        ),
      "openbox did not start",
    );
    managed = true;
  };
  if (windowManager) await manage();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const over = new Promise<void>((resolve) =>
      server.exitCode === null && server.signalCode === null
        ? server.once("exit", () => resolve())
        : resolve(),
    );
    server.kill(signal);
    await over;
    for (const child of children) child.kill("SIGKILL");
  };
  return {
    display,
    pid: server.pid ?? 0,
    env,
    run,
    manage,
    xdotool,
    windowNamed: async (pattern) => {
      let found = "";
      await until(() => {
        // openbox can sleep over what happened while it started: any message wakes it, and xterm waits for it.
        if (managed) xdotool("set_desktop", 0);
        found = xdotool("search", "--onlyvisible", "--name", pattern).split("\n").at(-1) ?? "";
        return found !== "";
      }, `no window is named ${pattern}`);
      return Number(found);
    },
    close: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  };
}

/** Makes a display this process's own, as native parts find it; returns what gives back the one before. */
export function takeDisplay({ display }: Pick<XServer, "display">): () => void {
  const before = process.env.DISPLAY;
  process.env.DISPLAY = display;
  return () => {
    if (before === undefined) delete process.env.DISPLAY;
    else process.env.DISPLAY = before;
  };
}

function numberFrom(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`the X server ended with ${code}`)));
    let said = "";
    server.stdio[3]?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("\n")) resolve(said.trim());
    });
  });
}

async function listening(display: string): Promise<void> {
  const path = `/tmp/.X11-unix/X${display.slice(1)}`;
  await until(
    () =>
      new Promise<boolean>((resolve) => {
        const socket = connect(path);
        socket.once("connect", () => {
          socket.destroy();
          resolve(true);
        });
        socket.once("error", () => resolve(false));
      }),
    `nothing listens at ${path}`,
  );
}

/** Waits until something is so. Throws `what` after 20 seconds. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(what);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
