/** What a desktop has around its windows: a wallpaper, a bar, a dock, frames, messages. */
import { box, drawing, plain, text } from "./drawing.mjs";

export const BAR_HEIGHT = 30;
const DOCK_TILE = 48;
const SHADOW = 36;
const INK = "#1c2733";
const ACCENT = "#1f7a6d";

/** Hills over water at dusk, whatever the size. */
export function wallpaper(width, height) {
  const at = (x, y) => `${Math.round(x * width)},${Math.round(y * height)}`;
  const hill = (fill, points) => `<path fill="${fill}" d="M${at(0, 1)} L${points} L${at(1, 1)} Z"/>`;
  const curve = (y, rise) =>
    `${at(0, y)} C${at(0.16, y - rise)} ${at(0.27, y - rise * 0.2)} ${at(0.4, y - rise * 0.7)} S${at(0.66, y + rise * 0.4)} ${at(0.78, y - rise * 0.5)} S${at(0.93, y - rise)} ${at(1, y - rise * 0.3)}`;
  return drawing(
    width,
    height,
    `<defs>
      <linearGradient id="sky" x2="0" y2="1"><stop offset="0" stop-color="#123047"/><stop offset=".42" stop-color="#3c7283"/><stop offset=".68" stop-color="#d9a679"/><stop offset=".8" stop-color="#f3cfa0"/></linearGradient>
      <radialGradient id="sun" cx=".68" cy=".6" r=".34"><stop offset="0" stop-color="#ffe9bf" stop-opacity=".95"/><stop offset=".2" stop-color="#ffd79b" stop-opacity=".5"/><stop offset="1" stop-color="#ffd79b" stop-opacity="0"/></radialGradient>
      <linearGradient id="near" x2="0" y2="1"><stop offset="0" stop-color="#12303a"/><stop offset="1" stop-color="#0a1c25"/></linearGradient>
      <linearGradient id="far" x2="0" y2="1"><stop offset="0" stop-color="#5b8590"/><stop offset="1" stop-color="#3b6672"/></linearGradient>
    </defs>
    <rect width="${width}" height="${height}" fill="url(#sky)"/><rect width="${width}" height="${height}" fill="url(#sun)"/>
    ${hill("#7fa0a3", curve(0.72, 0.09))}${hill("url(#far)", curve(0.79, 0.11))}
    ${hill("#255461", curve(0.87, -0.09))}${hill("url(#near)", curve(0.95, 0.1))}`,
  );
}

/** The bar at the top. */
export const bar = (width, clock, app) =>
  drawing(
    width,
    BAR_HEIGHT,
    `<rect width="${width}" height="${BAR_HEIGHT}" fill="#0d1f2a" fill-opacity=".82"/>
     <circle cx="20" cy="15" r="5.5" fill="none" stroke="#f3cfa0" stroke-width="2.4"/>
     ${text(38, 20, app, { fill: "#f4f7f8", weight: 600 })}
     ${["File", "Edit", "View", "Help"].map((word, place) => text(58 + app.length * 8 + place * 46, 20, word, { fill: "#b9c8cf" })).join("")}
     ${text(width - 22, 20, clock, { fill: "#f4f7f8", "text-anchor": "end" })}
     <path d="M${width - 92} 11 a8 8 0 0 1 12 0 l-6 8 z" fill="#b9c8cf"/>
     <rect x="${width - 124}" y="10.5" width="20" height="10" rx="2.5" fill="none" stroke="#b9c8cf"/><rect x="${width - 122}" y="12.5" width="12" height="6" rx="1" fill="#b9c8cf"/>`,
  );

const ICONS = {
  ledger: [
    "#1f7a6d",
    `<path d="M15 12h14l5 5v19H15z" fill="#fff"/><path d="M19 21h11M19 26h11M19 31h7" stroke="#1f7a6d" stroke-width="2"/>`,
  ],
  photos: [
    "#c8743e",
    `<circle cx="31" cy="17" r="4" fill="#ffe3b8"/><path d="M9 35l10-14 8 10 4-5 8 9z" fill="#fff"/>`,
  ],
  terminal: [
    "#1b2530",
    `<path d="M13 17l7 6-7 6" fill="none" stroke="#7fe0b5" stroke-width="3"/><path d="M23 31h11" stroke="#dfe7ea" stroke-width="3"/>`,
  ],
  mail: [
    "#3d6fb4",
    `<rect x="11" y="15" width="26" height="19" rx="2.5" fill="#fff"/><path d="M12 17l12 9 12-9" fill="none" stroke="#3d6fb4" stroke-width="2.4"/>`,
  ],
  folder: ["#d0a43c", `<path d="M11 15h9l3 4h14v15H11z" fill="#fff"/>`],
};
const DOCK = ["ledger", "photos", "terminal", "mail", "folder"];

/** How large the dock is. */
export const DOCK_SIZE = { width: DOCK.length * (DOCK_TILE + 10) + 14, height: DOCK_TILE + 18 };

/** The middle of an app's icon, from the dock's corner. */
export const dockPlace = (app) => ({
  x: 12 + DOCK.indexOf(app) * (DOCK_TILE + 10) + DOCK_TILE / 2,
  y: 8 + DOCK_TILE / 2,
});

/** The row of apps at the bottom. `open`: those that have a window. */
export const dock = (open, hovered) =>
  drawing(
    DOCK_SIZE.width,
    DOCK_SIZE.height,
    box(0, 0, DOCK_SIZE.width, DOCK_SIZE.height, { r: 18, fill: "#e9f0f1", stroke: "#ffffff" }).replace(
      "/>",
      ` fill-opacity=".34" stroke-opacity=".35"/>`,
    ) +
      DOCK.map((app, place) => {
        const [fill, glyph] = ICONS[app];
        const x = 12 + place * (DOCK_TILE + 10);
        const lift = hovered === app ? 3 : 0;
        const dot = open.includes(app)
          ? `<circle cx="${x + DOCK_TILE / 2}" cy="${DOCK_SIZE.height - 5}" r="2.2" fill="#fff"/>`
          : "";
        return `<g transform="translate(${x} ${8 - lift})"><rect width="${DOCK_TILE}" height="${DOCK_TILE}" rx="12" fill="${fill}"/>${glyph}</g>${dot}`;
      }).join(""),
  );

/** The height of a window's title bar. */
export const TITLE_HEIGHT = 38;

/** A window's shadow; drawn `SHADOW` px to the left and above it. */
export const shadow = (width, height, active) =>
  drawing(
    width + 2 * SHADOW,
    height + 2 * SHADOW,
    `<defs><filter id="f" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="${active ? 13 : 8}"/></filter></defs>
     <rect x="${SHADOW}" y="${SHADOW + 8}" width="${width}" height="${height}" rx="12" fill="#04121a" fill-opacity="${active ? 0.5 : 0.3}" filter="url(#f)"/>`,
  );
export const SHADOW_OFFSET = SHADOW;

/** A window's body and title bar, as SVG for its content to follow. */
export function frame(width, height, title, { active, dark = false }) {
  const [ground, top, ink, line] = dark
    ? ["#131c24", active ? "#26323c" : "#1e2831", active ? "#e4ebee" : "#8b99a3", "#0b1217"]
    : ["#ffffff", active ? "#eef2f3" : "#f6f8f8", active ? INK : "#8593a0", "#d8dfe2"];
  const buttons = ["#e0715c", "#dcb04a", "#5fae74"].map(
    (fill, place) =>
      `<circle cx="${22 + place * 20}" cy="19" r="6" fill="${active ? fill : dark ? "#3a4752" : "#d3dadd"}"/>`,
  );
  return `${box(0, 0, width, height, { r: 11, fill: ground })}
    <path d="M0 11a11 11 0 0 1 11-11h${width - 22}a11 11 0 0 1 11 11v${TITLE_HEIGHT - 11}h-${width}z" fill="${top}"/>
    <rect y="${TITLE_HEIGHT - 1}" width="${width}" height="1" fill="${line}"/>${buttons.join("")}
    ${text(width / 2, 24, title, { fill: ink, weight: 600, "text-anchor": "middle" })}`;
}

/** A button; `kind`: `primary` or `plain`. */
export function button(x, y, width, words, { kind = "plain", hovered = false, pressed = false } = {}) {
  const fill =
    kind === "primary"
      ? pressed
        ? "#155a50"
        : hovered
          ? "#249080"
          : ACCENT
      : pressed
        ? "#dfe6e8"
        : hovered
          ? "#f0f4f5"
          : "#ffffff";
  const ink = kind === "primary" ? "#ffffff" : INK;
  return `${box(x, y, width, 34, { r: 7, fill, stroke: kind === "primary" ? fill : "#c3cdd2" })}
    ${text(x + width / 2, y + 22, words, { fill: ink, weight: 600, "text-anchor": "middle" })}`;
}

/** How large a dialog is. */
export const DIALOG_SIZE = { width: 420, height: 186 };

/** A dialog that says what went wrong. */
export const dialog = (title, lines, hovered, pressed) =>
  drawing(
    DIALOG_SIZE.width,
    DIALOG_SIZE.height,
    `${box(0, 0, DIALOG_SIZE.width, DIALOG_SIZE.height, { r: 12, fill: "#ffffff" })}
     <circle cx="42" cy="46" r="18" fill="#fbe6e1"/><path d="M42 36v12" stroke="#c9442b" stroke-width="3.4" stroke-linecap="round"/><circle cx="42" cy="55" r="2.2" fill="#c9442b"/>
     ${text(76, 42, title, { size: 16, weight: 700 })}
     ${lines.map((line, place) => text(76, 68 + place * 20, line, { fill: "#51616d" })).join("")}
     ${button(DIALOG_SIZE.width - 124, DIALOG_SIZE.height - 54, 100, "OK", { kind: "primary", hovered, pressed })}
     ${button(DIALOG_SIZE.width - 240, DIALOG_SIZE.height - 54, 104, "Details")}`,
  );

/** How large a toast is. */
export const TOAST_SIZE = { width: 330, height: 66 };

/** A message that comes and goes by itself. */
export const toast = (title, words) =>
  drawing(
    TOAST_SIZE.width,
    TOAST_SIZE.height,
    `${box(0, 0, TOAST_SIZE.width, TOAST_SIZE.height, { r: 12, fill: "#10262f" })}
     <circle cx="34" cy="33" r="13" fill="#2f9d7f"/><path d="M28 33l4.5 4.5 8-9" fill="none" stroke="#fff" stroke-width="2.6"/>
     ${text(60, 29, title, { fill: "#f4f7f8", weight: 600 })}${text(60, 48, plain(words), { fill: "#a9bcc4", size: 12 })}`,
  );
