import type { WindowId } from "@reeltime/recorder/protocol/page";
import type { Leftover, Session } from "@reeltime/recorder/uploader";
import { options } from "./options.js";

/** What all tabs of a visitor know together, in `localStorage`. */
export interface Visit extends Session {
  /** Set by `stop()`: nothing is recorded until `start()`. */
  readonly stopped: boolean;
  /** Set when sampling left this visitor out: epoch ms of the last page load that was left out. */
  readonly outMs: number;
}

/**
 * What a tab keeps across its pages, in `sessionStorage`. That is copied when a tab is duplicated or opens another, so a
 * page marks the id as in use and lets it go at `pagehide`: who finds it in use takes a new one. (A Web Lock held for
 * the page's life would tell as much and keep the page out of the back-forward cache.)
 */
export interface Tab {
  readonly id: WindowId;
  readonly inUse: boolean;
  /** What pages before could not send. */
  readonly left: readonly Leftover[];
}

type Area = "localStorage" | "sessionStorage";
/** What storage would not take, for this page alone. */
const memory: Partial<Record<Area, object>> = {};

/** The name of both. Two projects on one site are two visits. */
export const storageKey = (): string => `reeltime:${options.projectKey}`;

/** Reads what is kept, of the visit unless told otherwise; empty when nothing is. */
export const read = <Area_ extends Area = "localStorage">(
  area = "localStorage" as Area_,
): Partial<Area_ extends "localStorage" ? Visit : Tab> => {
  let kept: object | undefined | null;
  try {
    kept = JSON.parse(globalThis[area].getItem(storageKey()) as string);
  } catch {
    // Refused: what this page knows has to do.
  }
  return kept ?? memory[area] ?? {};
};

/** Keeps something in place of what is kept, of the visit unless told otherwise, at least for this page. False: for this page alone. */
export const keep = (value: Partial<Visit> | Tab, area: Area = "localStorage"): boolean => {
  memory[area] = value;
  try {
    globalThis[area].setItem(storageKey(), JSON.stringify(value));
    return true;
  } catch {
    // Refused or full: the next page does not know.
    return false;
  }
};
