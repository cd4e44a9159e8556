import { html, type SVGTemplateResult, svg, type TemplateResult } from "lit";

/** Every icon, drawn on 16 by 16 in strokes. */
const PATHS = {
  play: svg`<path d="M5 3.5v9l7.5-4.500z"/>`,
  list: svg`<path d="M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01"/>`,
  live: svg`<circle cx="8" cy="8" r="1.6"/><path d="M4.8 11.200a4.5 4.5 0 0 1 0-6.400M11.2 4.800a4.5 4.5 0 0 1 0 6.400M2.7 13.300a7.5 7.5 0 0 1 0-10.600M13.3 2.700a7.5 7.5 0 0 1 0 10.6"/>`,
  search: svg`<circle cx="7" cy="7" r="4"/><path d="m10.2 10.2 3 3"/>`,
  click: svg`<path d="M6.5 6.5 13 9l-2.8 1.200L9 13z"/><path d="M5.5 2v2M2 5.500h2M3.2 3.200l1.3 1.3"/>`,
  nav: svg`<path d="M3 8h9M8.5 4.5 12 8l-3.5 3.5"/>`,
  error: svg`<circle cx="8" cy="8" r="5.5"/><path d="M8 5v3.500M8 11h.01"/>`,
  console: svg`<path d="m3 5 3 3-3 3M8 11.500h5"/>`,
  keyboard: svg`<rect x="2" y="4.5" width="12" height="7" rx="1.5"/><path d="M5 9.500h6M4.5 7h.01M7 7h.01M9.5 7h.01M12 7h.01"/>`,
  user: svg`<circle cx="8" cy="5.5" r="2.5"/><path d="M3 13c.6-2.6 2.5-4 5-4s4.4 1.4 5 4"/>`,
  flag: svg`<path d="M4 14V3h7.500L10 6l1.5 3H4"/>`,
  share: svg`<path d="M8 9.500V2.500M5.5 4.8 8 2.300l2.5 2.500M3.5 8.500V13h9V8.5"/>`,
  back: svg`<path d="M9.5 3.5 5 8l4.5 4.5"/>`,
  up: svg`<path d="M4.5 9.5 8 6l3.5 3.5"/>`,
  down: svg`<path d="M4.5 6.5 8 10l3.5-3.5"/>`,
  arrowUp: svg`<path d="M8 13V3.500M4.5 7 8 3.5 11.5 7"/>`,
  zap: svg`<path d="M8.5 2 4 9h4l-.5 5L12 7H8z"/>`,
  close: svg`<path d="m4.5 4.5 7 7M11.5 4.500l-7 7"/>`,
  check: svg`<path d="m3.5 8.5 3 3 6-7"/>`,
  copy: svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M10.5 5.500v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2"/>`,
  trash: svg`<path d="M3 4.500h10M6.5 4.500V3h3v1.500M4.5 4.500l.5 9h6l.5-9M7 7v4M9 7v4"/>`,
  sun: svg`<circle cx="8" cy="8" r="2.8"/><path d="M8 1.800v1.400M8 12.800v1.400M1.8 8h1.400M12.8 8h1.400M3.6 3.600l1 1M11.4 11.400l1 1M12.4 3.600l-1 1M4.6 11.400l-1 1"/>`,
  moon: svg`<path d="M13 9.600A5.5 5.5 0 0 1 6.4 3 5.5 5.5 0 1 0 13 9.600z"/>`,
  leave: svg`<path d="M9.5 3h-6v10h6M6.5 8H14M11.5 5.5 14 8l-2.5 2.5"/>`,
  clock: svg`<circle cx="8" cy="8" r="5.5"/><path d="M8 5v3l2 1.5"/>`,
  retry: svg`<path d="M13 8a5 5 0 1 1-1.5-3.600M13 2.500v3h-3"/>`,
  key: svg`<circle cx="5.5" cy="10.5" r="3"/><path d="m7.7 8.3 5.3-5.300M11 5l1.8 1.8"/>`,
  desktop: svg`<rect x="2" y="3" width="12" height="8" rx="1.5"/><path d="M6 13.500h4M8 11v2.500"/>`,
  phone: svg`<rect x="4.500" y="1.800" width="7" height="12.400" rx="1.600"/><path d="M7.300 12h1.400"/>`,
  browser: svg`<rect x="2" y="3" width="12" height="10" rx="1.500"/><path d="M2 6h12M4.300 4.500h.01M6.300 4.500h.01"/>`,
  window: svg`<rect x="2.500" y="3.500" width="11" height="9" rx="1.500"/><path d="M2.500 6.200h11"/>`,
  video: svg`<rect x="1.800" y="4" width="8.400" height="8" rx="1.500"/><path d="m10.200 7.300 4-2.300v6l-4-2.300"/>`,
  download: svg`<path d="M8 2.500v7M5 7l3 3 3-3M3 12.800h10"/>`,
  offline: svg`<path d="M2 6.500a9 9 0 0 1 12 0M4.3 9a5.5 5.5 0 0 1 7.4 0M8 12.300h.01M3 2.500l10 11"/>`,
} as const satisfies Record<string, SVGTemplateResult>;

/** The name of an icon. */
export type IconName = keyof typeof PATHS;

/** Draws an icon. It says nothing by itself: a word stands beside it, or its control has a label. */
export const icon = (name: IconName): TemplateResult =>
  html`<svg viewBox="0 0 16 16" aria-hidden="true">${PATHS[name]}</svg>`;
