import type { PictureState } from "@reeltime/recorder/protocol";
import type { PictureArea, Point } from "../geometry.js";
import { MAX_PICTURES } from "../limits.js";
import type { SpooledUploader } from "../spool/types.js";
import type { FrameComposer } from "./frame-composer.js";
import type { Picture } from "./picture.js";
import { isIn } from "./place.js";

/** A picture with what it is made of. */
export interface PictureParts {
  readonly picture: Picture;
  readonly composer: FrameComposer;
  readonly uploader: SpooledUploader;
}

/**
 * The pictures of one run, by their ids: those captured now, and those that were. One that comes back is the same window of
 * the session as before, unless so many others have come since that it had to be let go.
 */
export class Pictures {
  readonly #make: (area: PictureArea) => PictureParts;
  readonly #letGo: (parts: PictureParts) => void;
  readonly #parts = new Map<string, PictureParts>();
  #areas: readonly PictureArea[] = [];
  /** Where a person last did something. */
  #touched: string | undefined;
  /** Where the pointer was last. */
  #pointed: PictureParts | undefined;

  /** @param letGo told of one that is gone, and of which nothing more comes */
  constructor(make: (area: PictureArea) => PictureParts, letGo: (parts: PictureParts) => void) {
    this.#make = make;
    this.#letGo = letGo;
  }

  /** Those that there are, and the latest that were, in the order they came. */
  get all(): readonly PictureParts[] {
    return [...this.#parts.values()];
  }

  /** What is captured now. */
  get areas(): readonly PictureArea[] {
    return this.#areas;
  }

  /** Those captured now. */
  get now(): readonly PictureParts[] {
    return this.#areas.flatMap(({ id }) => this.#parts.get(id) ?? []);
  }

  /** One of those captured now. */
  get(id: string): PictureParts | undefined {
    return this.#areas.some((area) => area.id === id) ? this.#parts.get(id) : undefined;
  }

  /**
   * What is captured is this now. One that is gone is told to be `closed`; of more pictures at once than a session can
   * name, the further ones are not recorded; of those that were, the oldest are let go.
   * @returns those that were not there before
   */
  update(areas: readonly PictureArea[], atMs: number): readonly PictureParts[] {
    const known = areas.slice(0, MAX_PICTURES);
    for (const { id } of this.#areas)
      if (!known.some((area) => area.id === id)) this.#parts.get(id)?.picture.setState("closed", atMs);
    const before = this.#areas;
    this.#areas = known;
    const added = known.flatMap((area) => {
      const parts = this.#parts.get(area.id);
      if (!parts) {
        const made = this.#make(area);
        this.#parts.set(area.id, made);
        return [made];
      }
      if (!before.some(({ id }) => id === area.id)) parts.picture.setState("shown", atMs);
      parts.picture.move(area, atMs);
      return [];
    });
    this.#letGoOldest();
    return added;
  }

  /** How a picture is. */
  setState(id: string, state: PictureState, atMs: number): void {
    this.get(id)?.picture.setState(state, atMs);
  }

  /** The picture that a point of the desktop lies in; remembered as the one where somebody last did something. */
  touch(point: Point): PictureParts | undefined {
    const area = this.#areas.find((one) => isIn(point, one));
    if (area) this.#touched = area.id;
    return area && this.#parts.get(area.id);
  }

  /** As `touch`, where the pointer is: it has left every other picture. */
  point(point: Point): PictureParts | undefined {
    const parts = this.touch(point);
    if (parts !== undefined && parts !== this.#pointed) {
      this.#pointed?.picture.leavePointer();
      this.#pointed = parts;
    }
    return parts;
  }

  #letGoOldest(): void {
    for (const [id, parts] of this.#parts) {
      if (this.#parts.size <= MAX_PICTURES) return;
      if (this.#areas.some((area) => area.id === id)) continue;
      this.#parts.delete(id);
      this.#letGo(parts);
    }
  }

  /** Where what has no place belongs: where a person last did something, or the first that there is. */
  get main(): PictureParts | undefined {
    const [first] = this.#areas;
    return (
      (this.#touched === undefined ? undefined : this.get(this.#touched)) ??
      (first ? this.#parts.get(first.id) : this.all[0])
    );
  }
}
