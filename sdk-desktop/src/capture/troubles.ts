import type { TroubleCode } from "../types.js";
import type { CaptureReport } from "./messages.js";

/** What does not work now: told once when the first thing of a kind begins to fail, and once when the last of them works again. */
export class Troubles {
  readonly #report: (report: CaptureReport) => void;
  readonly #failing = new Map<TroubleCode, Set<string>>();

  constructor(report: (report: CaptureReport) => void) {
    this.#report = report;
  }

  /** @param what tells several things of one kind apart */
  begin(code: TroubleCode, what: string, message: string): void {
    const failing = this.#failing.get(code);
    if (failing !== undefined) {
      failing.add(what);
      return;
    }
    this.#failing.set(code, new Set([what]));
    this.#report({ type: "trouble", code, message });
  }

  end(code: TroubleCode, what: string): void {
    const failing = this.#failing.get(code);
    if (failing === undefined || !failing.delete(what) || failing.size > 0) return;
    this.#failing.delete(code);
    this.#report({ type: "recovered", code });
  }
}
