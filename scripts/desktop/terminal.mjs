/** A terminal's window. */
import { drawing, MONO, text } from "./drawing.mjs";
import { frame, TITLE_HEIGHT } from "./shell.mjs";

export const TERMINAL_SIZE = { width: 700, height: 372 };
const LINE = 19;
const LINES = Math.floor((TERMINAL_SIZE.height - TITLE_HEIGHT - 22) / LINE);

/** The colour of a line, by how it begins. */
const inkOf = (line) =>
  line.startsWith("$")
    ? "#e8eef0"
    : line.startsWith("ok")
      ? "#7fe0b5"
      : line.startsWith("!")
        ? "#f0a08b"
        : "#9fb2bd";

/** A window with a log that grows: what a second display shows. A line more every five seconds. */
export function log(ms) {
  const { width, height } = TERMINAL_SIZE;
  const lines = Array.from({ length: LINES }, (_, place) => {
    const number = Math.floor(ms / 5_000) + place;
    const level = 1.42 + 0.9 * Math.sin(number / 4);
    const late = number % 9 === 4;
    return `${late ? "!" : "ok"}  gauge ${1 + (number % 4)}   level ${level.toFixed(2)} m   wind ${4 + ((number * 7) % 9)} m/s${late ? "   late" : ""}`;
  });
  const rows = lines.map((line, place) =>
    text(18, TITLE_HEIGHT + 28 + place * LINE, line, { fill: inkOf(line), "font-family": MONO }),
  );
  return drawing(
    width,
    height,
    frame(width, height, "Tide gauges", { active: false, dark: true }) + rows.join(""),
  );
}

/** The window: the last lines of `output`, then what is being typed, if anything. */
export function terminal(state, caret) {
  const { width, height } = TERMINAL_SIZE;
  const typed = state.prompt === undefined ? [] : [`$ ${state.prompt}`];
  const all = [...state.output, ...typed].slice(-LINES);
  const rows = all.map((line, place) => {
    const last = place === all.length - 1 && typed.length > 0;
    const mark = last && (caret || state.active !== "terminal") ? `<tspan fill="#f3cfa0">█</tspan>` : "";
    return text(18, TITLE_HEIGHT + 28 + place * LINE, line, {
      fill: inkOf(line),
      "font-family": MONO,
    }).replace("</text>", `${mark}</text>`);
  });
  return drawing(
    width,
    height,
    frame(width, height, "Terminal", { active: state.active === "terminal", dark: true }) + rows.join(""),
  );
}
