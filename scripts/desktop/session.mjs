/**
 * A desktop session that nobody recorded: the story of `story.mjs`, as the events and frames that a recorder would
 * have sent, with the pictures it would have captured. For the demo, for tests and for benchmarks.
 */
import { encodeFrame, encodeScreenBody } from "@reeltime/recorder/protocol";
import { Desktop } from "./desktop.mjs";
import { changedTiles, encoded, isFlat, rectanglesOf } from "./tiles.mjs";

/** Milliseconds a tile must be still before it is sent exactly. */
const STILL_MS = 1_000;
/** Tiles sent exactly in one capture, so that new ones need not wait. */
const REFINED_AT_ONCE = 24;
/** A checkout is paid for by this many bytes of paints for each of its own. */
const CHECKOUT_RATIO = 4;
const SECOND = { width: 1_280, height: 1_024, gap: 0, down: 60 };

/** One picture of the session: a display and what was captured of it last. */
class DisplayRecorder {
  #before;
  #lossy = new Map();
  #paid = 0;
  #wholeBytes = 0;
  #wanted = true;

  constructor(area, quality) {
    this.area = area;
    this.quality = quality;
    this.picture = undefined;
  }

  askCheckout() {
    this.#wanted = true;
  }

  /** What one capture tells: nothing when nothing changed. `follows`: a checkout that has frames before it. */
  async capture(picture, atMs) {
    const follows = this.#before !== undefined;
    const whole = this.#wanted || this.#paid > CHECKOUT_RATIO * this.#wholeBytes;
    const tiles = changedTiles(whole ? undefined : this.#before, picture);
    const flat = tiles.filter(([column, row]) => isFlat(picture, column, row));
    const isExact = new Set(flat.map(String));
    const rich = tiles.filter((tile) => !isExact.has(String(tile)));
    for (const tile of flat) this.#lossy.delete(String(tile));
    for (const tile of rich) this.#lossy.set(String(tile), { tile, sinceMs: atMs });
    const rectangles = await Promise.all([
      ...rectanglesOf([...flat, ...this.#settled(atMs)], picture).map((area) => encoded(picture, area, true)),
      ...rectanglesOf(rich, picture).map((area) => encoded(picture, area, false, this.quality)),
    ]);
    this.#before = picture;
    this.picture = picture;
    if (rectangles.length === 0) return { whole: false, follows, events: [] };
    const bytes = rectangles.reduce((sum, { image }) => sum + image.length, 0);
    this.#paid = whole ? 0 : this.#paid + bytes;
    if (whole) this.#wholeBytes = bytes;
    this.#wanted = false;
    const display = { type: "display", atMs, ...this.area, source: "display", state: "shown" };
    const paint = { type: "paint", atMs, whole, rectangles };
    return { whole, follows, events: whole ? [display, paint] : [paint] };
  }

  /** Tiles that have been still for long enough; they are exact from now on. */
  #settled(atMs) {
    const due = [...this.#lossy.values()].filter(({ sinceMs }) => atMs - sinceMs >= STILL_MS);
    return due.slice(0, REFINED_AT_ONCE).map(({ tile }) => {
      this.#lossy.delete(String(tile));
      return tile;
    });
  }
}

/** Records the story, a capture at a time. */
export class SyntheticRecorder {
  #desktop;
  #displays;
  #startMs;
  #lastMs;
  #inputMs;
  #state = "";
  #painted;

  /**
   * @param {object} options
   * @param {number} options.startMs epoch ms at which the story begins
   */
  constructor({ startMs, width, height, scale = 1, displays = 1, quality = 75 }) {
    this.#desktop = new Desktop({ width, height });
    this.#startMs = startMs;
    this.#lastMs = startMs - 1;
    const first = { width: this.#desktop.width, height: this.#desktop.height };
    const areas = [{ name: "Display 1", x: 0, y: 0, ...first }];
    if (displays > 1) {
      const { width: wide, height: high, gap, down } = SECOND;
      areas.push({ name: "Display 2", x: first.width + gap, y: down, width: wide, height: high });
    }
    this.#displays = areas.map(
      (area) =>
        new DisplayRecorder(
          { ...area, width: area.width * scale, height: area.height * scale, scale },
          quality,
        ),
    );
  }

  /** Milliseconds of the story; it begins again after that. */
  get lengthMs() {
    return this.#desktop.lengthMs;
  }

  /** The next capture, of every display or of one, tells a whole picture. */
  askCheckout(display) {
    for (const [place, each] of this.#displays.entries()) {
      if (display === undefined || display === place) each.askCheckout();
    }
  }

  /** The pictures as they were captured last, one a display. */
  get pictures() {
    return this.#displays.map(({ picture }) => picture);
  }

  /**
   * Captures all displays at a time, which must be later than the one before.
   * @param {number} atMs epoch ms
   * @returns for each display: its events, in the order of time, whether they begin with a checkout, its facts, and when there was input last
   */
  async capture(atMs) {
    const ms = atMs - this.#startMs;
    const { inputs, facts } = this.#desktop.happened(this.#lastMs - this.#startMs, ms);
    this.#lastMs = atMs;
    const timed = (list) => list.map((each) => ({ ...each, atMs: this.#startMs + each.atMs }));
    if (inputs.length > 0) this.#inputMs = this.#startMs + inputs.at(-1).atMs;
    const pictures = [await this.#first(ms)];
    if (this.#displays.length > 1)
      pictures.push(await this.#desktop.paintSecond(ms, SECOND.width, SECOND.height));
    const told = [];
    for (const [place, display] of this.#displays.entries()) {
      const { scale } = display.area;
      const painted = await display.capture(pictures[place].enlarged(scale), atMs);
      const here = place === 0 ? timed(inputs).map((input) => scaled(input, scale)) : [];
      // A checkout begins its frame; what was done before it belongs to the frame before, where there is one.
      const [before, after] = !painted.whole ? [[], []] : painted.follows ? [here, []] : [[], here];
      told.push({
        before,
        events: painted.whole ? [...painted.events, ...after] : [...here, ...painted.events],
        checkout: painted.whole,
        facts: place === 0 ? timed(facts) : [],
        inputMs: this.#inputMs,
      });
    }
    return told;
  }

  async #first(ms) {
    const clock = new Date(this.#startMs + ms).toTimeString().slice(0, 5);
    const state = this.#desktop.stateAt(ms, clock);
    const key = JSON.stringify(state);
    // Most of the time nothing changes.
    if (key !== this.#state) this.#painted = await this.#desktop.paint(state);
    this.#state = key;
    return this.#painted;
  }
}

/** Milliseconds of the story on a display of a size. */
export const storyLengthMs = (size) => new Desktop(size).lengthMs;

const scaled = (input, scale) =>
  "x" in input ? { ...input, x: input.x * scale, y: input.y * scale } : input;

/**
 * Gathers what captures tell into frames: one a flush, and a checkout begins its own. Without writer and number, which
 * whoever sends them gives.
 */
export class FrameGatherer {
  #events = [];
  #facts = [];
  #inputMs;
  #checkout = false;

  constructor(window) {
    this.window = window;
  }

  /** Takes what one capture told of this window. Returns the frame that a checkout ends, if it does. */
  take({ before, events, checkout, facts, inputMs }) {
    this.#events.push(...before);
    const ended = checkout ? this.flush() : undefined;
    this.#events.push(...events);
    this.#facts.push(...facts);
    this.#inputMs = inputMs;
    this.#checkout ||= checkout;
    return ended;
  }

  /** The frame of all that was taken; `undefined` when that is nothing. */
  flush() {
    const [events, facts] = [this.#events, this.#facts];
    if (events.length === 0 && facts.length === 0) return undefined;
    const times = [...events, ...facts].map(({ atMs }) => atMs);
    const firstMs = Math.min(...times);
    const body = encodeScreenBody(events, firstMs);
    const frame = {
      window: this.window,
      kind: "screen",
      firstMs,
      lastMs: Math.max(...times),
      inputMs: this.#inputMs,
      checkout: this.#checkout,
      codec: "screen",
      keyId: undefined,
      events: events.length,
      rawBytes: body.length,
      facts,
      lost: undefined,
      body,
    };
    this.#events = [];
    this.#facts = [];
    this.#checkout = false;
    return frame;
  }
}

/**
 * A whole session as encoded frames, in the order in which they would be sent.
 * @param {object} options as of {@link SyntheticRecorder}, and:
 * @param {number} [options.lengthMs] default: the story once
 * @param {number} [options.fps] captures a second, default 10
 * @param {number} [options.flushMs] default 1,000
 * @param {(picture: import("./pixels.mjs").Picture, atMs: number, display: number) => void} [options.onPicture] is told every capture
 */
export async function* syntheticFrames({
  lengthMs,
  fps = 10,
  flushMs = 1_000,
  onPicture,
  name = "synthetic",
  ...options
}) {
  const recorder = new SyntheticRecorder(options);
  const windows = Array.from({ length: options.displays ?? 1 }, (_, place) => ({
    gatherer: new FrameGatherer(`${name}-display-${place + 1}`),
    writer: `${name}-writer-${place + 1}`,
    number: 0,
  }));
  const encode = (window, frame) => {
    if (frame === undefined) return [];
    const bytes = encodeFrame({ ...frame, writer: window.writer, number: window.number++ });
    return [{ atMs: frame.lastMs, bytes, frame }];
  };
  const endMs = lengthMs ?? recorder.lengthMs;
  let flushedMs = 0;
  for (let ms = 0; ms <= endMs; ms += 1_000 / fps) {
    const atMs = options.startMs + Math.round(ms);
    const told = await recorder.capture(atMs);
    for (const [place, window] of windows.entries()) {
      onPicture?.(recorder.pictures[place], atMs, place);
      yield* encode(window, window.gatherer.take(told[place]));
    }
    if (ms - flushedMs < flushMs && ms + 1_000 / fps <= endMs) continue;
    flushedMs = ms;
    for (const window of windows) yield* encode(window, window.gatherer.flush());
  }
}
