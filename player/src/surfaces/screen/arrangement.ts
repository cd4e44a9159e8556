import type { DisplayEvent } from "@reeltime/recorder/protocol";

/** Where a picture lies in what is shown; shares of its whole, 0 to 1. */
export interface Placement {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Pictures in their arrangement. */
export interface Arrangement<Key> {
  /** Of all that is shown, in the desktop's points. */
  readonly width: number;
  readonly height: number;
  /** Pixels a point of the sharpest of them. */
  readonly scale: number;
  /** The pictures that are shown. */
  readonly places: ReadonlyMap<Key, Placement>;
}

/**
 * Arranges pictures as they lie on the desktop. One alone fills what is shown, wherever it lies. Of several, those that
 * were closed are left out while another is not, and of two in the very same place (one mirrors the other, or has come
 * for it) the later. `undefined` of none.
 */
export function arrange<Key>(pictures: ReadonlyMap<Key, DisplayEvent>): Arrangement<Key> | undefined {
  const shown = seen([...pictures]);
  if (shown.length === 0) return undefined;
  const parts = shown.map(([, { x, y, width, height, scale }]) => ({
    left: x,
    top: y,
    right: x + width / scale,
    bottom: y + height / scale,
  }));
  const left = Math.min(...parts.map((part) => part.left));
  const top = Math.min(...parts.map((part) => part.top));
  const width = Math.max(...parts.map((part) => part.right)) - left;
  const height = Math.max(...parts.map((part) => part.bottom)) - top;
  const places = new Map<Key, Placement>();
  for (const [index, [key]] of shown.entries()) {
    const part = parts[index];
    if (part === undefined) continue;
    places.set(key, {
      left: (part.left - left) / width,
      top: (part.top - top) / height,
      width: (part.right - part.left) / width,
      height: (part.bottom - part.top) / height,
    });
  }
  return { width, height, scale: Math.max(...shown.map(([, { scale }]) => scale)), places };
}

function seen<Key>(
  pictures: readonly (readonly [Key, DisplayEvent])[],
): readonly (readonly [Key, DisplayEvent])[] {
  const open = pictures.filter(([, { state }]) => state !== "closed");
  const candidates = open.length > 0 ? open : pictures.slice(-1);
  return candidates.filter(
    ([, picture], index) => !candidates.some(([, other], place) => replaces(other, picture, place > index)),
  );
}

/** Whether a picture lies just where another does, and is the newer one; of two as new, the one that comes later. */
function replaces(newer: DisplayEvent, older: DisplayEvent, comesLater: boolean): boolean {
  if (newer === older) return false;
  const same =
    newer.x === older.x &&
    newer.y === older.y &&
    newer.width / newer.scale === older.width / older.scale &&
    newer.height / newer.scale === older.height / older.scale;
  return same && (newer.atMs > older.atMs || (newer.atMs === older.atMs && comesLater));
}
