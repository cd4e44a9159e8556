/** The window of an app that writes invoices. */
import { box, drawing, text } from "./drawing.mjs";
import { button, frame, TITLE_HEIGHT } from "./shell.mjs";

export const LEDGER_SIZE = { width: 800, height: 608 };
const SIDE = 218;
const ACCENT = "#1f7a6d";
const SOFT = "#6a7984";

/** Places in the window that the story uses, from its corner. */
export const LEDGER_PLACES = {
  customer: { x: SIDE + 120, y: 162 },
  work: { x: SIDE + 130, y: 236 },
  notes: { x: SIDE + 150, y: 330 },
  copy: { x: SIDE + 35, y: 476 },
  save: { x: SIDE + 74, y: 550 },
  send: { x: SIDE + 190, y: 550 },
  title: { x: 520, y: 18 },
  list: { x: 110, y: 330 },
};

const INVOICES = [
  ["2041", "Harbour Café", "draft"],
  ["2040", "North Pier Ferries", "paid"],
  ["2039", "Tide Table Books", "paid"],
  ["2038", "Lighthouse Bakery", "late"],
  ["2037", "Old Dock Bicycles", "paid"],
  ["2036", "Seabird Print Works", "paid"],
  ["2035", "Harbour Café", "paid"],
  ["2034", "Anchor Street Garage", "paid"],
  ["2033", "North Pier Ferries", "paid"],
  ["2032", "Willow Boatyard", "late"],
  ["2031", "Tide Table Books", "paid"],
  ["2030", "Copper Kettle Tea", "paid"],
];
const STATUS = {
  draft: ["#f4ead2", "#80611a", "Draft"],
  paid: ["#dcefe6", "#216a4d", "Paid"],
  late: ["#f8dfd8", "#9c3a22", "Late"],
  saved: ["#dcefe6", "#216a4d", "Saved"],
};

function pill(x, y, status) {
  const [ground, ink, word] = STATUS[status];
  return `${box(x, y, 52, 20, { r: 10, fill: ground })}${text(x + 26, y + 14, word, { size: 11, fill: ink, weight: 600, "text-anchor": "middle" })}`;
}

/** The list at the left, scrolled by some pixels. */
function list(scroll, saved) {
  const rows = INVOICES.map(([number, customer, status], place) => {
    const y = TITLE_HEIGHT + 54 + place * 52 - scroll;
    const here = place === 0;
    return `${here ? box(10, y, SIDE - 20, 46, { r: 8, fill: "#dfeeeb" }) : ""}
      ${text(22, y + 19, number, { weight: 600, size: 12, fill: here ? ACCENT : SOFT })}
      ${text(22, y + 38, customer, { fill: "#1c2733" })}${pill(SIDE - 72, y + 3, here && saved ? "saved" : status)}`;
  });
  return `<clipPath id="list"><rect y="${TITLE_HEIGHT + 46}" width="${SIDE}" height="${LEDGER_SIZE.height - TITLE_HEIGHT - 56}"/></clipPath>
    <path d="M0 ${TITLE_HEIGHT}h${SIDE}v${LEDGER_SIZE.height - TITLE_HEIGHT}h-${SIDE - 11}a11 11 0 0 1-11-11z" fill="#f5f8f8"/>
    <rect x="${SIDE}" y="${TITLE_HEIGHT}" width="1" height="${LEDGER_SIZE.height - TITLE_HEIGHT}" fill="#e1e7e9"/>
    ${text(22, TITLE_HEIGHT + 30, "Invoices", { size: 15, weight: 700 })}<g clip-path="url(#list)">${rows.join("")}</g>`;
}

/** A field with its name above it. `lines` are what is in it. */
function field(x, y, width, height, label, lines, { focused, caret }) {
  const words = lines.map((line, place) => {
    const last = place === lines.length - 1;
    const mark = focused && caret && last ? `<tspan fill="${ACCENT}">|</tspan>` : "";
    return text(x + 12, y + 25 + place * 22, line, { size: 14 }).replace("</text>", `${mark}</text>`);
  });
  const ring = focused ? box(x - 3, y - 3, width + 6, height + 6, { r: 9, fill: "#cfe6e2" }) : "";
  return `${text(x, y - 10, label, { size: 12, fill: SOFT, weight: 600 })}${ring}
    ${box(x, y, width, height, { r: 7, fill: "#ffffff", stroke: focused ? ACCENT : "#c3cdd2", strokeWidth: focused ? 2 : 1 })}${words.join("")}`;
}

/** The window as it is now. */
export function ledger(state, caret) {
  const x = SIDE + 30;
  const wide = LEDGER_SIZE.width - x - 32;
  const on = (name) => ({ focused: state.field === name && state.active === "ledger", caret });
  const check = state.copy
    ? `${box(x, 467, 18, 18, { r: 5, fill: ACCENT })}<path d="M${x + 4} 476l3.6 3.8 6.6-7.4" fill="none" stroke="#fff" stroke-width="2.2"/>`
    : box(x, 467, 18, 18, { r: 5, fill: "#ffffff", stroke: "#a9b6bd", strokeWidth: 1.5 });
  const { width, height } = LEDGER_SIZE;
  const title = `Invoice 2041${state.saved ? "" : " (not saved)"} - Ledger`;
  return drawing(
    width,
    height,
    `${frame(width, height, title, { active: state.active === "ledger" })}${list(state.scroll, state.saved)}
     ${text(x, TITLE_HEIGHT + 46, "Invoice 2041", { size: 24, weight: 700 })}${pill(x + 172, TITLE_HEIGHT + 29, state.saved ? "saved" : "draft")}
     ${text(width - 32, TITLE_HEIGHT + 46, state.total, { size: 24, weight: 700, fill: ACCENT, "text-anchor": "end" })}
     ${field(x, 142, wide, 38, "Customer", [state.customer], on("customer"))}
     ${field(x, 218, wide - 150, 38, "Work", [state.work], on("work"))}${field(x + wide - 134, 218, 134, 38, "Hours", [state.hours], on("hours"))}
     ${field(x, 294, wide, 148, "Notes", state.notes.split("\n"), on("notes"))}
     ${check}${text(x + 28, 481, "Send a copy to the office", { size: 14 })}
     <rect x="${SIDE + 1}" y="512" width="${width - SIDE - 1}" height="1" fill="#e1e7e9"/>
     ${button(x, 532, 92, "Save", { kind: "primary", hovered: state.hovered === "save", pressed: state.pressed === "save" })}
     ${button(x + 106, 532, 92, "Send", { hovered: state.hovered === "send" })}
     ${text(width - 32, 554, state.note, { size: 12, fill: SOFT, "text-anchor": "end" })}`,
  );
}
