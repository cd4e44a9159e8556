import { type ChildProcess, fork } from "node:child_process";
import { hostEnvironment } from "../config.js";
import { helperEnvironment } from "./helper-environment.js";
import type { HelperEars, HelperProcess, StartHelper } from "./helper-process.js";
import { LastWords } from "./last-words.js";

/**
 * Starts a helper as a child process of Node's: natives may abort it without harm to the app. It holds neither the app nor
 * any of its descriptors, and its channel closes with the app, which ends it.
 * @param entry the path of its program
 */
export const forkHelper =
  <Command, Report>(entry: string): StartHelper<Command, Report> =>
  (ears) => {
    let child: ChildProcess;
    try {
      child = fork(entry, [], {
        serialization: "advanced",
        env: helperEnvironment(hostEnvironment()),
        // None of the host's: an inspector's port can be had once, and a loader of its tests is none of ours.
        execArgv: [],
        stdio: ["ignore", "ignore", "pipe", "ipc"],
      });
    } catch (error) {
      setImmediate(() => ears.onExit(String(error)));
      return { send: () => {}, kill: () => {} };
    }
    return helperOf(child, ears);
  };

function helperOf<Command, Report>(
  child: ChildProcess,
  { onReport, onExit }: HelperEars<Report>,
): HelperProcess<Command> {
  const lastWords = new LastWords();
  let over = false;
  const exited = (why: string): void => {
    if (over) return;
    over = true;
    onExit(lastWords.after(why));
  };
  child.on("message", (report) => onReport(report as Report));
  child.once("error", (error) => exited(error.message));
  // Not `close`: that waits for its standard error, which a grandchild may hold open.
  child.once("exit", (code, signal) => exited(signal ?? `code ${code}`));
  child.stderr?.on("data", (chunk: Buffer) => lastWords.hear(chunk));
  child.stderr?.on("error", () => {});
  child.unref();
  child.channel?.unref();
  (child.stderr as { unref?: () => void } | null)?.unref?.();
  return {
    send: (command) => {
      // A channel that breaks while it is written to says so here, and by the exit that follows.
      if (child.connected) child.send(command as object, () => {});
    },
    kill: () => void child.kill("SIGKILL"),
  };
}
