import type { PlayEvent } from "../store/play-event.js";
import type { Opening, SurfaceKind, SurfacePort } from "../store/surface-port.js";

/** What makes a surface of each kind, when it is first wanted, and is told which is seen. */
export interface StageSurfaceOptions {
  readonly make: Readonly<Record<SurfaceKind, () => SurfacePort>>;
  /** From now on a surface of this kind shows. */
  readonly shows: (kind: SurfaceKind) => void;
}

/** A session's surface: each opening goes to the surface of its kind, pages to one and pictures to the other. */
export class StageSurface implements SurfacePort {
  readonly #options: StageSurfaceOptions;
  readonly #surfaces: Partial<Record<SurfaceKind, SurfacePort>> = {};
  #kind: SurfaceKind | undefined;

  constructor(options: StageSurfaceOptions) {
    this.#options = options;
  }

  /** Of what is not known yet it is thought that it goes on as it was, and at first that it is a page. */
  prepare(kind: SurfaceKind = this.#kind ?? "dom"): void {
    this.#surfaceOf(kind).prepare(kind);
  }

  open(opening: Opening): void {
    const surface = this.#surfaceOf(opening.kind);
    if (this.#kind !== opening.kind) {
      // Also one that was only made ready.
      for (const other of Object.values(this.#surfaces)) if (other !== surface) other.clear();
      this.#kind = opening.kind;
      this.#options.shows(opening.kind);
    }
    surface.open(opening);
  }

  forward(opening: Opening): void {
    this.#shown?.forward(opening);
  }

  feed(events: readonly PlayEvent[]): void {
    this.#shown?.feed(events);
  }

  clock(atMs: number, rate: number): void {
    this.#shown?.clock(atMs, rate);
  }

  clear(): void {
    for (const surface of Object.values(this.#surfaces)) surface.clear();
    this.#kind = undefined;
  }

  get #shown(): SurfacePort | undefined {
    return this.#kind === undefined ? undefined : this.#surfaces[this.#kind];
  }

  #surfaceOf(kind: SurfaceKind): SurfacePort {
    const surface = this.#surfaces[kind] ?? this.#options.make[kind]();
    this.#surfaces[kind] = surface;
    return surface;
  }
}
