/** A window with photographs: what no few colours make. */
import { box, drawing, text } from "./drawing.mjs";
import { frame, TITLE_HEIGHT } from "./shell.mjs";

export const PHOTOS_SIZE = { width: 540, height: 432 };
const FOOT = 40;

/** Where the picture lies in the window. */
export const PHOTO_AREA = {
  x: 0,
  y: TITLE_HEIGHT,
  width: PHOTOS_SIZE.width,
  height: PHOTOS_SIZE.height - TITLE_HEIGHT - FOOT,
};
/** Places the story uses, from the window's corner. */
export const PHOTOS_PLACES = {
  title: { x: 380, y: 18 },
  next: { x: PHOTOS_SIZE.width - 34, y: PHOTOS_SIZE.height - 20 },
};

const PHOTOS = [
  {
    name: "winch-01.jpg",
    sky: ["#2b4a66", "#a9bccb"],
    land: "#3e4a3a",
    water: "#35586b",
    seed: 4,
    sun: "#f4e3c2",
  },
  {
    name: "winch-02.jpg",
    sky: ["#6b4a5b", "#f0b583"],
    land: "#3a2f33",
    water: "#5b4a58",
    seed: 11,
    sun: "#ffd9a0",
  },
];

/** A photograph: light, grain and waves, by noise. */
export function photo(place) {
  const { width, height } = PHOTO_AREA;
  const { sky, land, water, seed, sun } = PHOTOS[place];
  const shore = Math.round(height * 0.58);
  const noise = (id, base, octaves, how) =>
    `<filter id="${id}" x="0" y="0" width="100%" height="100%"><feTurbulence type="fractalNoise" baseFrequency="${base}" numOctaves="${octaves}" seed="${seed}"/>${how}</filter>`;
  return drawing(
    width,
    height,
    `<defs><linearGradient id="s" x2="0" y2="1"><stop offset="0" stop-color="${sky[0]}"/><stop offset="1" stop-color="${sky[1]}"/></linearGradient>
      <linearGradient id="w" x2="0" y2="1"><stop offset="0" stop-color="${sky[1]}"/><stop offset=".25" stop-color="${water}"/><stop offset="1" stop-color="#14232c"/></linearGradient>
      ${noise("cloud", "0.006 0.02", 5, `<feColorMatrix values="0 0 0 0 1  0 0 0 0 .95  0 0 0 0 .88  1.6 0 0 0 -.66"/>`)}
      ${noise("wave", "0.012 0.16", 4, `<feColorMatrix values="0 0 0 0 .9  0 0 0 0 .95  0 0 0 0 1  1.5 0 0 0 -.7"/>`)}
      ${noise("grain", "0.8", 2, `<feColorMatrix type="saturate" values="0.2"/>`)}
      ${noise("rough", "0.05", 5, `<feColorMatrix values="0 0 0 0 .05  0 0 0 0 .07  0 0 0 0 .06  1.4 0 0 0 -.45"/>`)}
      <clipPath id="l"><path d="M0 ${shore} V${shore - 70} C90 ${shore - 130} 150 ${shore - 40} 240 ${shore - 58} S380 ${shore - 20} 430 ${shore - 8} H${width} V${shore + 4} H0z"/></clipPath></defs>
     <rect width="${width}" height="${shore}" fill="url(#s)"/><circle cx="${width * 0.7}" cy="${shore * 0.55}" r="26" fill="${sun}" fill-opacity=".9"/>
     <rect width="${width}" height="${shore}" filter="url(#cloud)"/>
     <rect y="${shore}" width="${width}" height="${height - shore}" fill="url(#w)"/><rect y="${shore}" width="${width}" height="${height - shore}" filter="url(#wave)" opacity=".55"/>
     <g clip-path="url(#l)"><rect width="${width}" height="${height}" fill="${land}"/><rect width="${width}" height="${height}" filter="url(#rough)"/></g>
     <path d="M330 ${shore + 46} h96 l-16 26 h-66z" fill="#20262b"/><path d="M352 ${shore + 46} v-26 h30 v26z" fill="#e7e2d6"/><path d="M396 ${shore + 46} V${shore - 44} l34 66z" fill="#d9d3c3" fill-opacity=".9"/>
     <rect width="${width}" height="${height}" filter="url(#grain)" opacity=".14"/>`,
  );
}

/** The window around it. */
export const photos = (state) => {
  const { width, height } = PHOTOS_SIZE;
  const foot = height - FOOT;
  return drawing(
    width,
    height,
    `${frame(width, height, `${PHOTOS[state.photo].name} - Photos`, { active: state.active === "photos" })}
     ${text(18, foot + 25, `${state.photo + 1} of 2`, { fill: "#6a7984", size: 12 })}
     ${box(width - 88, foot + 6, 34, 28, { r: 7, fill: "#ffffff", stroke: "#c3cdd2" })}${box(width - 50, foot + 6, 34, 28, { r: 7, fill: state.hovered === "next" ? "#e4ecee" : "#ffffff", stroke: "#c3cdd2" })}
     <path d="M${width - 68} ${foot + 14}l-6 6 6 6" fill="none" stroke="#1c2733" stroke-width="2"/><path d="M${width - 36} ${foot + 14}l6 6-6 6" fill="none" stroke="#1c2733" stroke-width="2"/>`,
  );
};
