import type { WindowId } from "@reeltime/recorder/protocol";
import type { Opening, PlayEvent, SurfacePort } from "../../src/store/index.js";

/** The number a synthetic event carries, by which it is known again. */
export const idOf = ({ data }: PlayEvent): number => (data as { readonly mark?: number }).mark ?? -1;

/** A surface that keeps what it was given. */
export class RecordingPort implements SurfacePort {
  openings: Opening[] = [];
  /** Events since the last opening, its own first. */
  events: PlayEvent[] = [];
  atMs = 0;
  rate = 0;
  cleared = false;

  /** Openings that were announced. */
  prepared = 0;

  prepare(): void {
    this.prepared += 1;
  }

  open(opening: Opening): void {
    this.openings.push(opening);
    this.events = [...opening.events];
    this.atMs = opening.atMs;
  }

  /** Openings that went on from the one before. */
  forwards: Opening[] = [];

  forward(opening: Opening): void {
    this.forwards.push(opening);
    this.feed(opening.events);
    this.atMs = opening.atMs;
  }

  feed(events: readonly PlayEvent[]): void {
    this.events.push(...events);
  }

  clock(atMs: number, rate: number): void {
    this.atMs = atMs;
    this.rate = rate;
  }

  clear(): void {
    this.cleared = true;
  }

  get window(): WindowId | undefined {
    return this.openings.at(-1)?.window;
  }

  /** Numbers of the events that happened up to the playhead, in the order they were given. */
  shown(untilMs = this.atMs): readonly number[] {
    return this.events.filter(({ timestamp }) => timestamp <= untilMs).map(idOf);
  }
}
