import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { serialize } from "node:v8";
import { onTestFinished } from "vitest";
import type { Input, InputCommand, InputReport } from "../../src/input/messages.js";
import { until } from "./x-server.js";

/** An input helper that was started, ended with the test at the latest. */
export interface RunningInputHelper {
  readonly child: ChildProcess;
  readonly reports: readonly InputReport[];
  /** All inputs it has told, in order. */
  inputs(): readonly Input[];
  /** Everything that has left the process: each report as it travelled, and what it wrote. */
  bytes(): Buffer;
  /** Resolves when it is on its way. */
  tell(command: InputCommand): Promise<void>;
  /** Waits for a report. */
  report<T extends InputReport["type"]>(type: T): Promise<Extract<InputReport, { readonly type: T }>>;
  /** Resolves with its exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
}

/** Starts the input helper's process as the SDK does. */
export function startInputHelper(program: string, env: NodeJS.ProcessEnv): RunningInputHelper {
  const child = fork(program, {
    env: { ...env, MALLOC_ARENA_MAX: "2" },
    serialization: "advanced",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const reports: InputReport[] = [];
  const bytes: Buffer[] = [];
  child.on("message", (report: InputReport) => {
    reports.push(report);
    bytes.push(serialize(report));
  });
  child.stdout?.on("data", (chunk: Buffer) => bytes.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => bytes.push(chunk));
  const find = <T extends InputReport["type"]>(type: T) =>
    reports.find((one): one is Extract<InputReport, { readonly type: T }> => one.type === type);
  return {
    child,
    reports,
    inputs: () => reports.flatMap((report) => (report.type === "input" ? report.inputs : [])),
    bytes: () => Buffer.concat(bytes),
    tell: (command) => new Promise((resolve) => child.send(command, () => resolve())),
    report: async (type) => {
      let found = find(type);
      await until(
        () => {
          found = find(type);
          return found !== undefined;
        },
        `no ${type} was reported: ${JSON.stringify(reports.slice(-3))} ${Buffer.concat(bytes).toString("latin1").slice(-400)}`,
      );
      if (found === undefined) throw new Error("unreachable");
      return found;
    },
    // Not `close`: after a disconnect that never comes.
    exited: once(child, "exit").then(([code, signal]) => (code ?? signal) as number | string),
  };
}
