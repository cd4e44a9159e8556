import {
  clipUtf8,
  type DisplayEvent,
  type Fact,
  MAX_PICTURE_SIDE,
  MAX_SCREEN_TEXT_BYTES,
  type PaintedRectangle,
  type PictureState,
  type ScreenEvent,
} from "@reeltime/recorder/protocol";
import type { PictureArea, Point } from "../geometry.js";
import type { FrameComposer } from "./frame-composer.js";
import { pixelsOf } from "./place.js";

/** What one capture made of a picture; times are epoch ms. */
export interface Paint {
  readonly atMs: number;
  readonly whole: boolean;
  readonly rectangles: readonly PaintedRectangle[];
}

/** What a picture stands on. */
export interface PictureOptions {
  readonly composer: FrameComposer;
  /** Whether what is captured can be kept until it is acknowledged. */
  readonly hasRoom: () => boolean;
  /** Whether its title may be said when it is a window's. */
  readonly titles: boolean;
  /** A recorder of events alone: this picture never has a pixel. */
  readonly blank: boolean;
}

const side = (pixels: number): number => Math.min(Math.max(pixels, 1), MAX_PICTURE_SIDE);

/**
 * One picture of a session, which is one window of it: what it is and how it stands, and what happens in it, as frames.
 * Viewers are told of every change of its place and state; before its first checkout there is nothing to tell them.
 */
export class Picture {
  readonly #options: PictureOptions;
  #area: PictureArea;
  /** As the capture helper says. */
  #captured: PictureState = "shown";
  /** As the recorder has it; comes before what the helper says. */
  #halted: "paused" | "unavailable" | undefined;
  /** What viewers were told last; `undefined`: nothing, so that a checkout has to come first. */
  #told: DisplayEvent | undefined;

  /** Where the pointer is, in the picture's pixels; `undefined`: not in it, as far as is known. */
  #pointer: Point | undefined;

  constructor(area: PictureArea, options: PictureOptions) {
    this.#area = area;
    this.#options = options;
  }

  /** Where it lies. */
  get area(): PictureArea {
    return this.#area;
  }

  /** Whether it is captured, as far as is known. */
  get isCaptured(): boolean {
    return this.#state === "shown" || this.#state === "outside";
  }

  /** Whether it takes what is captured. */
  get hasRoom(): boolean {
    return this.#options.hasRoom();
  }

  get #state(): PictureState {
    return this.#halted ?? this.#captured;
  }

  /** It lies elsewhere, has another size, or is captured again. */
  move(area: PictureArea, atMs: number): void {
    const { width, height } = pixelsOf(this.#area);
    this.#area = area;
    const now = pixelsOf(area);
    // One of another size is nothing that the next change can be painted on: its checkout comes with its next capture.
    if (now.width !== width || now.height !== height) this.renew(atMs);
    else this.#show(atMs);
  }

  /** How it stands, as the capture helper says. */
  setState(state: PictureState, atMs: number): void {
    this.#captured = state;
    this.#show(atMs);
  }

  /** It is not recorded for now; until `forget`, or its next whole capture. */
  halt(halted: "paused" | "unavailable", atMs: number): void {
    this.#halted = halted;
    this.#show(atMs);
  }

  /** What was captured of it. False: not taken, so it has to come again. */
  paint({ atMs, whole, rectangles }: Paint): boolean {
    const { composer, blank } = this.#options;
    if (blank || !this.hasRoom) return false;
    if (whole) {
      this.#halted = undefined;
      this.#told = this.#display(atMs);
      const pointer = this.#pointer && { type: "pointer" as const, atMs, ...this.#pointer };
      composer.checkout(this.#told, { type: "paint", atMs, whole, rectangles }, pointer);
      return true;
    }
    if (!this.#told) return false;
    composer.add({ type: "paint", atMs, whole, rectangles });
    return true;
  }

  /** Something that a person did in it; nothing before its first checkout, as there is nothing to show it on. Small enough to be kept where captures are not. */
  add(event: ScreenEvent): void {
    if ("button" in event || event.type === "pointer") this.#pointer = { x: event.x, y: event.y };
    if (this.#told) this.#options.composer.add(event);
  }

  /** The pointer is in another picture now. */
  leavePointer(): void {
    this.#pointer = undefined;
  }

  /** A fact that belongs to it. False: one too many. */
  tell(fact: Fact): boolean {
    return this.#options.composer.tell(fact);
  }

  /**
   * Where no capture will bring a checkout, makes one without a pixel: for events alone, and of what is not to be seen. What
   * stands still for now keeps the picture it has.
   */
  renew(atMs: number): void {
    const { blank } = this.#options;
    if (!blank && (this.isCaptured || (this.#halted && this.#told))) return;
    this.#told = undefined;
    this.#show(atMs);
  }

  /** Begins anew: a checkout has to come before anything else. One that was paused is recorded again. */
  forget(atMs: number): void {
    if (this.#halted === "paused") this.#halted = undefined;
    this.#told = undefined;
    this.renew(atMs);
  }

  /** Tells viewers what the picture is, when that is news. */
  #show(atMs: number): void {
    const { composer, blank } = this.#options;
    const display = this.#display(atMs);
    if (this.#told) {
      if (isSame(this.#told, display)) return;
      composer.add(display);
    } else {
      if (!blank && this.isCaptured) return;
      composer.checkout(display, { type: "paint", atMs, whole: true, rectangles: [] });
    }
    this.#told = display;
  }

  #display(atMs: number): DisplayEvent {
    const { x, y, scale, source, name } = this.#area;
    const { width, height } = pixelsOf(this.#area);
    const said = source === "display" || this.#options.titles ? name : "";
    return {
      type: "display",
      atMs,
      width: side(width),
      height: side(height),
      x,
      y,
      scale,
      source,
      name: clipUtf8(said, MAX_SCREEN_TEXT_BYTES),
      state: this.#state,
    };
  }
}

const isSame = (one: DisplayEvent, other: DisplayEvent): boolean =>
  (["width", "height", "x", "y", "scale", "source", "name", "state"] as const).every(
    (field) => one[field] === other[field],
  );
