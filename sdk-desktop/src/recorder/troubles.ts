import { Console } from "node:console";
import type { Trouble, TroubleCode } from "../types.js";

/** Whom a trouble comes from: what goes well again clears its own troubles and no other's. */
export type TroubleSource = "options" | "target" | "capture" | "input" | "sending" | "spool";

/** What does not work now. Each is told once while it lasts, however many say it. */
export class Troubles {
  readonly #tell: (trouble: Trouble) => void;
  readonly #now = new Map<TroubleCode, { readonly trouble: Trouble; readonly sources: Set<TroubleSource> }>();

  /** @param tell default: to standard error */
  constructor(tell: ((trouble: Trouble) => void) | undefined) {
    this.#tell = tell ?? toStandardError;
  }

  /** Hears of each that is news. */
  onNews: (source: TroubleSource) => void = () => {};

  /** What does not work now, the oldest first. */
  get list(): readonly Trouble[] {
    return [...this.#now.values()].map(({ trouble }) => trouble);
  }

  /** Whether this source has said that something does not work. */
  has(source: TroubleSource): boolean {
    return [...this.#now.values()].some(({ sources }) => sources.has(source));
  }

  /** Something does not work. */
  add(source: TroubleSource, code: TroubleCode, message: string): void {
    // That there is none is no news of a display that is known to be lost, to a helper that was started since.
    const lost = code === "no_display" ? this.#now.get("display_lost") : undefined;
    const known = lost ?? this.#now.get(code);
    if (known) {
      known.sources.add(source);
      return;
    }
    const trouble = { code, message };
    this.#now.set(code, { trouble, sources: new Set([source]) });
    this.onNews(source);
    try {
      this.#tell(trouble);
    } catch {
      // The app's own function failed; the trouble stands in the status.
    }
  }

  /** It works again: one thing, or all that this source has said. */
  clear(source: TroubleSource, code?: TroubleCode): void {
    for (const [name, { sources }] of this.#now) {
      if (code !== undefined && name !== code) continue;
      sources.delete(source);
      if (sources.size === 0) this.#now.delete(name);
    }
  }
}

/** By a console, which passes over what cannot be written: a stream whose reader is gone would end the app. */
const toStandardError = ({ message }: Trouble): void =>
  new Console(process.stderr).error(`Reeltime: ${message}`);
