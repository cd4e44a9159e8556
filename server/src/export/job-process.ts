import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { S2Access } from "@reeltime/recorder";
import type { Log } from "../log.js";
import type { JobOutcome, JobRun, RunJob } from "./job.js";
import { findJobEntry } from "./job-entry.js";
import { JOB_MAX_MS, JOB_STALLED_MS, JOB_STDERR_CHARS, JOB_STOP_MS } from "./limits.js";
import type { JobCommand, JobReport } from "./messages.js";

/** What jobs are run with. */
export interface JobProcessOptions {
  readonly access: S2Access;
  readonly ffmpegPath: string;
  /** Where the system looks for programs: all that a job gets of the environment. */
  readonly searchPath: string;
  readonly log: Log;
  /** Milliseconds a job may say nothing. */
  readonly stalledMs?: number;
  /** Milliseconds a job may take in all. */
  readonly maxMs?: number;
}

/**
 * Runs each job in a process of its own: it decodes and encodes what anybody may have recorded, it takes a core, and it may be
 * killed. It ends with this one, however this one ends: its channel closes.
 */
export function createJobProcess(options: JobProcessOptions): RunJob {
  let entry: Promise<string> | undefined;
  return async (run) => {
    try {
      entry ??= findJobEntry();
      return await runOnce(options, await entry, run);
    } catch (error) {
      options.log.error({ err: error }, "a video's process cannot be started");
      return { type: "failed", code: "failed", message: "The process that makes videos cannot be started." };
    }
  };
}

async function runOnce(options: JobProcessOptions, entry: string, run: JobRun): Promise<JobOutcome> {
  const { access, ffmpegPath, searchPath, log, stalledMs = JOB_STALLED_MS, maxMs = JOB_MAX_MS } = options;
  const { request, file, signal, onProgress } = run;
  if (signal.aborted) return { type: "ended", message: "it was told to end" };
  const child = fork(entry, [], {
    serialization: "advanced",
    execArgv: [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    env: { PATH: searchPath, MALLOC_ARENA_MAX: "2" },
    // A group of its own: Ctrl-C in the terminal is for the server, which ends it in its turn.
    detached: true,
  });
  let outcome: JobOutcome | undefined;
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-JOB_STDERR_CHARS);
  });
  const late = setTimeout(() => {
    outcome ??= { type: "failed", code: "took_too_long", message: "Making the video took too long." };
    void end(child);
  }, maxMs);
  let stalled: NodeJS.Timeout | undefined;
  const alive = (): void => {
    clearTimeout(stalled);
    stalled = setTimeout(() => {
      outcome ??= { type: "failed", code: "failed", message: "Making the video came to a standstill." };
      void end(child);
    }, stalledMs);
  };
  child.on("message", (report: JobReport) => {
    alive();
    if (report.type === "outcome") outcome ??= report.outcome;
    else onProgress(report.progress);
  });
  // A channel that closes while it is written to is told by `exit`.
  child.on("error", () => undefined);
  const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const stop = (): void => void end(child);
  signal.addEventListener("abort", stop, { once: true });
  alive();
  child.send({ type: "make", access, request, ffmpegPath, file } satisfies JobCommand, () => undefined);
  const [code, killedBy] = await ended;
  clearTimeout(stalled);
  clearTimeout(late);
  signal.removeEventListener("abort", stop);
  if (outcome !== undefined && !(outcome.type === "ended" && !signal.aborted)) return outcome;
  const how = killedBy === null ? `with exit code ${code}` : `by ${killedBy}`;
  if (!signal.aborted) log.debug({ said: said.trim() || undefined }, "a video's process ended");
  return { type: "ended", message: `The process that made the video ended ${how}` };
}

/** Tells a job to end, which also ends its ffmpeg; kills it when it does not. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const killer = setTimeout(() => child.kill("SIGKILL"), JOB_STOP_MS);
  child.once("exit", () => clearTimeout(killer));
  if (child.connected) child.send({ type: "stop" } satisfies JobCommand, () => undefined);
}
