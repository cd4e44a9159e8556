/** Size of a picture that nothing says the size of. */
const WIDTH = 64;
const HEIGHT = 48;

/**
 * A quiet picture in place of one that is not fetched: it takes the size that the page gives it, else a small
 * one of its own.
 */
export function placeholderUrl(width: unknown, height: unknown): string {
  const w = sizeOf(width) ?? WIDTH;
  const h = sizeOf(height) ?? HEIGHT;
  const svg =
    `<svg xmlns='http://www.w3.org/2000/svg' width='${w}' height='${h}' preserveAspectRatio='none' viewBox='0 0 ${w} ${h}'>` +
    `<rect width='100%' height='100%' fill='#80879414'/>` +
    `<rect x='.5' y='.5' width='${Math.max(0, w - 1)}' height='${Math.max(0, h - 1)}' fill='none' stroke='#80879440'/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

function sizeOf(value: unknown): number | undefined {
  const size =
    typeof value === "string" || typeof value === "number" ? Number(String(value).replace(/px$/, "")) : 0;
  return size > 0 && size <= 10_000 ? Math.round(size) : undefined;
}
