import { type ChildProcess, fork } from "node:child_process";
import { CHECK_TIMEOUT_MS, MAX_TRIAL_OUTPUT_BYTES } from "./limits.js";

/**
 * What is tried in a process of its own, since a native part may end the process that loads it, and a folder on a disk that
 * is away hold it up for ever.
 */
export const TRIAL_NAMES = ["xwayland", "pictures", "windows", "input", "spool"] as const;
/** One of {@link TRIAL_NAMES}. */
export type TrialName = (typeof TRIAL_NAMES)[number];

/** What came of a trial. `died`: its process ended, or had to be ended, before it could say. */
export type TrialOutcome =
  | { readonly kind: "ok"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string; readonly advice?: string }
  | { readonly kind: "died"; readonly why: string; readonly lastWords: string };

/** How trials are started. */
export interface TrialOptions {
  /** The program and the words before the trial's name: the command-line program itself. */
  readonly program: string;
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Tries something in a child process, which ends within ten seconds whatever happens.
 * @param what what to try it on, such as a folder
 */
export function runTrial(name: TrialName, options: TrialOptions, what = ""): Promise<TrialOutcome> {
  return new Promise((resolve) => {
    const child = fork(options.program, [...options.words, name, what], {
      env: { ...options.environment, MALLOC_ARENA_MAX: "2" },
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill("SIGKILL");
    }, CHECK_TIMEOUT_MS);
    let said: TrialOutcome | undefined;
    const words = lastWordsOf(child);
    child.on("message", (outcome) => {
      said = outcome as TrialOutcome;
      // It may hold threads that do not end by themselves.
      child.kill("SIGKILL");
    });
    const end = (how: string) => {
      clearTimeout(timer);
      const why = isLate
        ? `it gave no answer in ${CHECK_TIMEOUT_MS / 1_000} seconds`
        : `it ended with ${how}`;
      resolve(said ?? { kind: "died", why, lastWords: words() });
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
