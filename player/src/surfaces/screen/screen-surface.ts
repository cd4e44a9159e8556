import type { DisplayEvent, WindowId } from "@reeltime/recorder/protocol";
import type { PlayEvent } from "../../store/play-event.js";
import { screenEventOf } from "../../store/screen-events.js";
import type { Opening, SurfacePort } from "../../store/surface-port.js";
import type { SurfaceTrouble } from "../surface-trouble.js";
import { type Arrangement, arrange } from "./arrangement.js";
import { createImageDecoder, type ImageDecoder } from "./image-decoder.js";
import { InputTrack, type PictureInput } from "./input-track.js";
import { MAX_SHOWN_PIXELS, MAX_TOLD } from "./limits.js";
import type { PictureChange, RefusedRectangle } from "./paint-plan.js";
import { type Painted, Painter } from "./painter.js";
import { PictureView } from "./picture-view.js";

/** What a screen surface tells of itself. */
export interface ScreenHandlers {
  /** What is shown has another size or arrangement. */
  arranged(arrangement: Arrangement<WindowId>): void;
  /** Something could not be shown as it was. */
  trouble(trouble: SurfaceTrouble): void;
}

/** One picture with all that belongs to it. */
interface Picture {
  readonly view: PictureView;
  readonly painter: Painter;
  readonly inputs: InputTrack;
  display: DisplayEvent | undefined;
  /** Its opening is still being decoded: what was shown before it stays. */
  opening: boolean;
}

/** Shows pictures: one window's, or a desktop's displays in their arrangement. */
export class ScreenSurface implements SurfacePort {
  readonly #root: HTMLElement;
  readonly #handlers: ScreenHandlers;
  readonly #makeDecoder: () => ImageDecoder;
  #decoder: ImageDecoder | undefined;
  /** In the order they came. */
  readonly #pictures = new Map<WindowId, Picture>();
  #shown: ReadonlySet<WindowId> = new Set();
  readonly #told = new Set<string>();
  #atMs = 0;

  /**
   * @param root an element in the document; pictures are put into it, and fill it. It is `aria-busy` while something that
   * should be seen is still being decoded
   * @param makeDecoder what decodes images; by default in a worker
   */
  constructor(
    root: HTMLElement,
    handlers: ScreenHandlers,
    makeDecoder: () => ImageDecoder = () => createImageDecoder(),
  ) {
    this.#root = root;
    this.#handlers = handlers;
    this.#makeDecoder = makeDecoder;
  }

  prepare(): void {
    this.#decoder ??= this.#makeDecoder();
  }

  open({ windows, events, atMs }: Opening): void {
    this.prepare();
    this.#atMs = atMs;
    this.#shown = new Set(windows);
    const sorted = sortEvents(events);
    for (const window of windows) {
      const picture = this.#pictures.get(window) ?? this.#add(window);
      const own = sorted.get(window);
      picture.opening = true;
      picture.inputs.open(own?.inputs ?? [], atMs);
      picture.painter.open(own?.changes ?? [], atMs, Math.floor(MAX_SHOWN_PIXELS / windows.length));
    }
    this.#settle();
    this.#drawMarks();
    this.#mark();
  }

  forward({ events, atMs }: Opening): void {
    this.#atMs = atMs;
    this.feed(events);
    this.clock(atMs);
  }

  feed(events: readonly PlayEvent[]): void {
    for (const [window, { changes, inputs }] of sortEvents(events)) {
      const picture = this.#pictures.get(window);
      if (picture === undefined || !this.#shown.has(window)) continue;
      picture.inputs.add(inputs);
      picture.painter.add(changes);
    }
    this.#mark();
  }

  clock(atMs: number): void {
    this.#atMs = atMs;
    for (const picture of this.#pictures.values()) {
      picture.painter.clock(atMs);
      picture.inputs.forget(atMs);
    }
    this.#drawMarks();
    this.#mark();
  }

  clear(): void {
    for (const window of [...this.#pictures.keys()]) this.#remove(window);
    this.#shown = new Set();
    this.#told.clear();
    this.#decoder?.close();
    this.#decoder = undefined;
    this.#root.removeAttribute("aria-busy");
  }

  #add(window: WindowId): Picture {
    const view = new PictureView();
    view.place(undefined);
    this.#decoder ??= this.#makeDecoder();
    const painter = new Painter(view.exact, this.#decoder, {
      painted: (painted) => this.#painted(window, painted),
      refused: (refused) => this.#refused(window, refused),
    });
    const picture: Picture = { view, painter, inputs: new InputTrack(), display: undefined, opening: true };
    view.element.dataset.window = window;
    this.#pictures.set(window, picture);
    this.#root.append(view.element);
    return picture;
  }

  #remove(window: WindowId): void {
    const picture = this.#pictures.get(window);
    picture?.painter.close();
    picture?.view.close();
    this.#pictures.delete(window);
  }

  #painted(window: WindowId, painted: Painted): void {
    const picture = this.#pictures.get(window);
    if (picture === undefined) return;
    picture.display = painted.display ?? picture.display;
    picture.view.show(painted);
    if (picture.display !== undefined) picture.view.say(picture.display, painted);
    if (painted.opening) {
      picture.opening = false;
      this.#settle();
    } else if (painted.display !== undefined) this.#arrange();
    this.#mark();
  }

  /** Once every picture of an opening is there, what was shown before it goes. */
  #settle(): void {
    const opening = [...this.#shown].some((window) => this.#pictures.get(window)?.opening === true);
    if (opening) return;
    for (const window of [...this.#pictures.keys()]) if (!this.#shown.has(window)) this.#remove(window);
    this.#arrange();
    this.#drawMarks();
  }

  #arrange(): void {
    if ([...this.#pictures.keys()].some((window) => !this.#shown.has(window))) return;
    const displays = new Map<WindowId, DisplayEvent>();
    for (const [window, { display }] of this.#pictures)
      if (display !== undefined) displays.set(window, display);
    const arrangement = arrange(displays);
    for (const [window, { view }] of this.#pictures) view.place(arrangement?.places.get(window));
    if (arrangement !== undefined) this.#handlers.arranged(arrangement);
  }

  /** The pointer is in the picture where it was seen last. */
  #drawMarks(): void {
    const drawn = [...this.#pictures.values()].map((picture) => ({
      picture,
      marks: picture.inputs.at(this.#atMs),
    }));
    const latestMs = Math.max(...drawn.map(({ marks }) => marks.pointer?.seenMs ?? Number.NEGATIVE_INFINITY));
    for (const { picture, marks } of drawn) {
      const { display } = picture;
      if (display !== undefined) picture.view.marks.draw(marks, display, marks.pointer?.seenMs === latestMs);
    }
  }

  #refused(window: WindowId, refused: readonly RefusedRectangle[]): void {
    let parts = 0;
    for (const { atMs, rectangle } of refused) {
      const { x, y, width, height } = rectangle;
      const told = [window, atMs, x, y, width, height].join();
      if (this.#told.has(told) || this.#told.size >= MAX_TOLD) continue;
      this.#told.add(told);
      parts += 1;
    }
    if (parts === 0) return;
    const message = parts === 1 ? "1 image cannot be painted" : `${parts} images cannot be painted`;
    this.#handlers.trouble({ type: "refused", message, parts });
  }

  #mark(): void {
    const busy = [...this.#pictures.values()].some(({ painter }) => !painter.settled);
    if (busy) this.#root.setAttribute("aria-busy", "true");
    else this.#root.removeAttribute("aria-busy");
  }
}

/** What happened to each picture: what changed it, and what its user did. */
function sortEvents(
  events: readonly PlayEvent[],
): ReadonlyMap<WindowId, { readonly changes: PictureChange[]; readonly inputs: PictureInput[] }> {
  const sorted = new Map<WindowId, { readonly changes: PictureChange[]; readonly inputs: PictureInput[] }>();
  for (const event of events) {
    const { window, data } = screenEventOf(event);
    const own = sorted.get(window) ?? { changes: [], inputs: [] };
    sorted.set(window, own);
    if (data.type === "display" || data.type === "paint") own.changes.push(data);
    else own.inputs.push(data);
  }
  return sorted;
}
