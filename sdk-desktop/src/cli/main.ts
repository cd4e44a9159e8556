import { Console } from "node:console";
import { fileURLToPath } from "node:url";
import { runAgent } from "../agent/run.js";
import { hostEnvironment } from "../config.js";
import { attemptTrial } from "../doctor/trials.js";
import { createRecorder } from "../index.js";
import { probeInput } from "../input/probe.js";
import { monotonicMs } from "../monotonic.js";
import { examineInTerminal, trialOf } from "./examine.js";
import { describeTargets, findTargets } from "./list.js";
import { recordFromTerminal } from "./record.js";
import { parseRequest, type Request } from "./request.js";
import { COMMANDS, USAGE } from "./usage.js";
import { VERSION } from "./version.js";
import { UsageError } from "./words.js";

const write = (text: string): void => void process.stdout.write(text);

/** Calls back when the program is told to end; told a second time, it ends at once. */
function onInterrupt(hear: () => void): () => void {
  let isTold = false;
  const told = () => {
    if (isTold) process.exit(130);
    isTold = true;
    hear();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, told);
  return () => {
    for (const signal of signals) process.off(signal, told);
  };
}

/** Does what was asked. Resolves with the exit code. */
async function run(request: Request): Promise<number> {
  const environment = hostEnvironment();
  switch (request.command) {
    case "help":
      write(request.of === undefined ? USAGE : COMMANDS[request.of]);
      return 0;
    case "version":
      write(`${VERSION}\n`);
      return 0;
    case "record":
      return await recordFromTerminal(request, {
        createRecorder,
        result: (line) => write(`${line}\n`),
        progress: {
          write: (text) => void process.stderr.write(text),
          isTerminal: process.stderr.isTTY,
          columns: process.stderr.columns ?? 80,
        },
        // Whether the display is Wayland's own is said by the recorder, which loads native parts in its helpers alone.
        probe: () =>
          probeInput({ platform: process.platform, environment, isXWayland: () => Promise.resolve(false) }),
        nowMs: monotonicMs,
        onInterrupt,
      });
    case "list": {
      const listing = await findTargets(process.platform, environment);
      if ("trouble" in listing) {
        process.stderr.write(`reeltime-desktop: ${listing.trouble}\n`);
        return 1;
      }
      write(
        request.json ? `${JSON.stringify(listing.targets, null, 2)}\n` : describeTargets(listing.targets),
      );
      return 0;
    }
    case "doctor":
      return await examineInTerminal(request, {
        environment,
        program: fileURLToPath(import.meta.url),
        write,
      });
    case "agent":
      // Nothing but lines of the protocol goes to standard output.
      globalThis.console = new Console(process.stderr);
      // What the host calls its own windows are those of the process that started this one.
      environment.REELTIME_HOST_PID ??= String(process.ppid);
      await runAgent({
        input: process.stdin,
        output: process.stdout,
        createRecorder,
        version: VERSION,
        pid: process.pid,
        onInterrupt,
      });
      return 0;
  }
}

/** Keeps the process alive until this is over: a recorder never does that by itself. */
async function held<T>(work: Promise<T>): Promise<T> {
  const hold = setInterval(() => {}, 60_000);
  try {
    return await work;
  } finally {
    clearInterval(hold);
  }
}

/** What was written has to leave the process: a pipe takes it in its own time. */
function end(code: number): void {
  process.exitCode = code;
  const left = () => process.exit(code);
  if (process.stdout.writableLength === 0) left();
  else process.stdout.write("", left);
}

const args = process.argv.slice(2);
try {
  const trial = trialOf(args);
  if (trial !== undefined) {
    const environment = hostEnvironment();
    const { platform } = process;
    const world = { platform, display: environment.DISPLAY, environment, folder: trial.what };
    process.send?.(await attemptTrial(trial.name, world));
  } else end(await held(run(parseRequest(args))));
} catch (error) {
  const isUsage = error instanceof UsageError;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`reeltime-desktop: ${message}${isUsage ? "; see reeltime-desktop --help" : ""}\n`);
  end(isUsage ? 2 : 1);
}
