/** What changed between two pictures, cut into rectangles and encoded as a recording has them. */
import sharp from "sharp";

const TILE = 64;
/** Up to this many colours a tile is sent exactly: text of a grey fringe has 256. */
const MAX_EXACT_COLOURS = 512;

/** The tiles that differ, as `[column, row]`; all of them when there was nothing before. */
export function changedTiles(before, now) {
  const columns = Math.ceil(now.width / TILE);
  const rows = Math.ceil(now.height / TILE);
  const changed = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (before === undefined || differs(before, now, column * TILE, row * TILE))
        changed.push([column, row]);
    }
  }
  return changed;
}

function differs(before, now, x, y) {
  const width = Math.min(TILE, now.width - x) * 4;
  const bottom = Math.min(y + TILE, now.height);
  for (let line = y; line < bottom; line++) {
    const at = (line * now.width + x) * 4;
    if (before.bytes.compare(now.bytes, at, at + width, at, at + width) !== 0) return true;
  }
  return false;
}

/** Whether a tile has few colours. */
export function isFlat(picture, column, row) {
  const colours = new Set();
  const right = Math.min((column + 1) * TILE, picture.width);
  const bottom = Math.min((row + 1) * TILE, picture.height);
  for (let y = row * TILE; y < bottom; y++) {
    for (let x = column * TILE; x < right; x++) colours.add(picture.pixels[y * picture.width + x]);
    if (colours.size > MAX_EXACT_COLOURS) return false;
  }
  return true;
}

/** Tiles as few rectangles: rows first, then equal rows under each other. In pixels. */
export function rectanglesOf(tiles, picture) {
  const stretches = [];
  for (const [column, row] of [...tiles].sort((a, b) => a[1] - b[1] || a[0] - b[0])) {
    const last = stretches.at(-1);
    if (last !== undefined && last.row === row && last.to === column) last.to = column + 1;
    else stretches.push({ from: column, to: column + 1, row, rows: 1 });
  }
  const merged = [];
  for (const stretch of stretches) {
    const above = merged.find(
      ({ from, to, row, rows }) => from === stretch.from && to === stretch.to && row + rows === stretch.row,
    );
    if (above === undefined) merged.push(stretch);
    else above.rows += 1;
  }
  return merged.map(({ from, to, row, rows }) => ({
    x: from * TILE,
    y: row * TILE,
    width: Math.min(to * TILE, picture.width) - from * TILE,
    height: Math.min((row + rows) * TILE, picture.height) - row * TILE,
  }));
}

/** A rectangle of a picture as a recording has it. */
export async function encoded(picture, { x, y, width, height }, exact, quality) {
  const { bytes } = picture.cut(x, y, width, height);
  const image = await sharp(bytes, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .webp(exact ? { lossless: true, effort: 0 } : { quality, effort: 0 })
    .toBuffer();
  return { x, y, width, height, exact, image: new Uint8Array(image) };
}
