import { type ChildProcess, fork } from "node:child_process";
import { CHECK_TIMEOUT_MS, MAX_TRIAL_OUTPUT_BYTES } from "./limits.js";

/** What is tried in a process of its own, since a native part may end the process that loads it. */
export type TrialName = "pictures" | "windows" | "input";

/** What came of a trial. `died`: its process ended before it could say. */
export type TrialOutcome =
  | { readonly kind: "ok"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string; readonly advice?: string }
  | { readonly kind: "died"; readonly how: string; readonly lastWords: string };

/** How trials are started. */
export interface TrialOptions {
  /** The program and the words before the trial's name: the command-line program itself. */
  readonly program: string;
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Tries something in a child process, which ends within ten seconds whatever happens. */
export function runTrial(name: TrialName, options: TrialOptions): Promise<TrialOutcome> {
  return new Promise((resolve) => {
    const child = fork(options.program, [...options.words, name], {
      env: { ...options.environment, MALLOC_ARENA_MAX: "2" },
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), CHECK_TIMEOUT_MS);
    let said: TrialOutcome | undefined;
    const words = lastWordsOf(child);
    child.on("message", (outcome) => {
      said = outcome as TrialOutcome;
      // It may hold threads that do not end by themselves.
      child.kill("SIGKILL");
    });
    const end = (how: string) => {
      clearTimeout(timer);
      resolve(said ?? { kind: "died", how, lastWords: words() });
    };
    child.once("error", (error) => end(error.message));
    child.once("exit", (code, signal) => end(signal ?? `code ${code}`));
  });
}

function lastWordsOf(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-MAX_TRIAL_OUTPUT_BYTES);
  });
  return () => text.trim();
}
