import { HEALTH_PROBE_MS } from "../limits.js";
import type { CommitOutcome } from "../store/committer.js";

/**
 * Whether what comes can be stored: told by the last commit. While that one failed, whoever asks starts a
 * small write, at most one a second: so a disk with room again is noticed although nobody appends.
 */
export class StoreHealth {
  readonly #probe: () => void;
  readonly #nowMs: () => number;
  #failure: string | undefined;
  #probedAtMs = Number.NEGATIVE_INFINITY;

  /** `probe` starts a write whose outcome `committed` will hear of. */
  constructor(probe: () => void, nowMs: () => number = () => performance.now()) {
    this.#probe = probe;
    this.#nowMs = nowMs;
  }

  /** A commit is over. */
  committed({ error }: CommitOutcome): void {
    this.#failure = error === undefined ? undefined : reasonOf(error);
  }

  /** Why nothing can be stored; undefined when all is well. */
  failure(): string | undefined {
    const nowMs = this.#nowMs();
    if (this.#failure !== undefined && nowMs - this.#probedAtMs >= HEALTH_PROBE_MS) {
      this.#probedAtMs = nowMs;
      this.#probe();
    }
    return this.#failure;
  }
}

/** The words of an error and of what caused it, the first line of each. */
function reasonOf(error: Error): string {
  const words: string[] = [];
  for (let at: unknown = error; at instanceof Error && words.length < 3; at = at.cause)
    words.push(at.message.split("\n", 1)[0] ?? "");
  return words.join(": ");
}
