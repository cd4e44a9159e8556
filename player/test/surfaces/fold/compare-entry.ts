import type { Opening, PlayEvent } from "../../../src/store/index.js";
import { DomSurface } from "../../../src/surfaces/dom-surface.js";
import { fold } from "../../../src/surfaces/fold/fold.js";
import { CLOSED_POLICY } from "../../../src/surfaces/sanitise/policy.js";
import { describe } from "./describe.js";

/** What came of opening at one time in two ways. */
export interface Compared {
  /** Events since the snapshot, and those of them that had to be left to the replayer. */
  readonly events: number;
  readonly rest: number;
  /** Lines around the first that differs, of the one and of the other; empty when both pages are the same. */
  readonly folded: readonly string[];
  readonly plain: readonly string[];
  /** What the surfaces could not do, said while opening. */
  readonly troubles: readonly string[];
}

const FULL_SNAPSHOT = 2;
const INCREMENTAL = 3;
const META = 4;
const SCROLL = 3;
const LINES_BEFORE = 4;
const LINES_AFTER = 6;

declare global {
  interface Window {
    compareFolds(events: readonly PlayEvent[], times: readonly number[]): Promise<readonly Compared[]>;
  }
}

/** Opens at each time with everything folded, and beside it goes there event by event. Times go up. */
window.compareFolds = async (events, times) => {
  const troubles: string[] = [];
  const compared: Compared[] = [];
  let plain: Shown | undefined;
  let done = 0;
  for (const atMs of times) {
    const count = events.filter(({ timestamp }) => timestamp <= atMs).length;
    const snapshot = events.slice(0, count).findLastIndex(({ type }) => type === FULL_SNAPSHOT);
    const meta = events.slice(0, snapshot).findLastIndex(({ type }) => type === META);
    if (plain === undefined || done <= snapshot) {
      plain?.close();
      plain = show(troubles);
      plain.surface.open(openingOf(events.slice(meta, snapshot + 1), atMs));
      done = snapshot + 1;
    }
    for (; done < count; done += 1) plain.surface.forward(openingOf(events.slice(done, done + 1), atMs));
    // What was recorded in the middle of an animation could not be scrolled as far then.
    plain.surface.forward(openingOf(lastScrolls(events.slice(snapshot, count)), atMs));
    const whole = show(troubles);
    whole.surface.open(openingOf(events.slice(meta, count), atMs));
    const a = describe(whole.root);
    const b = describe(plain.root);
    compared.push({
      events: count - meta,
      rest: fold(events.slice(meta, count)).rest.length,
      folded: from(a, b),
      plain: from(b, a),
      troubles: troubles.splice(0),
    });
    whole.close();
  }
  plain?.close();
  return compared;
};

/** The lines around the first that the other does not have; none when there is no such line. */
function from(lines: readonly string[], others: readonly string[]): readonly string[] {
  const length = Math.max(lines.length, others.length);
  for (let at = 0; at < length; at++)
    if (lines[at] !== others[at]) return lines.slice(Math.max(0, at - LINES_BEFORE), at + LINES_AFTER);
  return [];
}

interface Shown {
  readonly surface: DomSurface;
  readonly root: HTMLElement;
  close(): void;
}

function show(troubles: string[]): Shown {
  const root = document.createElement("div");
  root.style.cssText = "position:absolute;inset:0;width:1280px;height:800px";
  document.body.append(root);
  const trouble = ({ message }: { readonly message: string }): unknown => troubles.push(message);
  const surface = new DomSurface(root, { resized: () => {}, page: () => {}, trouble }, CLOSED_POLICY);
  return {
    surface,
    root,
    close() {
      surface.clear();
      root.remove();
    },
  };
}

const WINDOW = "window-0001" as Opening["window"];

const openingOf = (events: readonly PlayEvent[], atMs: number): Opening => ({
  window: WINDOW,
  windows: [WINDOW],
  kind: "dom",
  events: structuredClone(events),
  atMs,
});

function lastScrolls(events: readonly PlayEvent[]): readonly PlayEvent[] {
  const last = new Map<unknown, PlayEvent>();
  for (const event of events) {
    const { source, id } = event.data as { readonly source?: unknown; readonly id?: unknown };
    if (event.type === INCREMENTAL && source === SCROLL) last.set(id, event);
  }
  return [...last.values()];
}
