/** Drawings in SVG as pieces of a picture, each made once. */
import sharp from "sharp";
import { Piece } from "./pixels.mjs";

/** Drawings remembered: all of one story, many times over. */
const MAX_REMEMBERED = 400;

/** Fonts that are on most machines, the better first. */
export const SANS =
  "'Inter','Noto Sans','Segoe UI','Helvetica Neue','Liberation Sans',Arial,'DejaVu Sans',sans-serif";
export const MONO =
  "'JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,'Noto Sans Mono','Liberation Mono',monospace";

const remembered = new Map();

/**
 * What stands between `<svg>` and `</svg>`, as a piece.
 * @param {number} width pixels @param {number} height pixels @param {string} inner
 * @returns {Promise<Piece>}
 */
export async function drawing(width, height, inner) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" font-family="${SANS}">${inner}</svg>`;
  const known = remembered.get(svg);
  if (known !== undefined) {
    remembered.delete(svg);
    remembered.set(svg, known);
    return known;
  }
  const { data } = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const piece = new Piece(data, width, height);
  remembered.set(svg, piece);
  if (remembered.size > MAX_REMEMBERED) remembered.delete(remembered.keys().next().value);
  return piece;
}

/** Whether this machine has a font to draw letters with. */
export async function hasFonts() {
  const { pixels } = await drawing(40, 20, `<text x="2" y="15" font-size="14">Aa</text>`);
  return pixels.some((pixel) => pixel >>> 24 > 0);
}

/** A text as SVG may hold it. */
export const plain = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** A line of text: `x`, `y` where its baseline begins; anything else as attributes. */
export const text = (x, y, words, { size = 13, fill = "#1c2733", weight = 400, ...more } = {}) => {
  const attributes = Object.entries(more).map(([name, value]) => ` ${name}="${value}"`);
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}" font-weight="${weight}"${attributes.join("")} xml:space="preserve">${plain(words)}</text>`;
};

/** A rectangle with round corners. */
export const box = (x, y, width, height, { r = 0, fill = "none", stroke = "none", strokeWidth = 1 } = {}) =>
  stroke === "none"
    ? `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${r}" fill="${fill}"/>`
    : `<rect x="${x + strokeWidth / 2}" y="${y + strokeWidth / 2}" width="${width - strokeWidth}" height="${height - strokeWidth}" rx="${r}" fill="${fill}" stroke="${stroke}" stroke-width="${strokeWidth}"/>`;
