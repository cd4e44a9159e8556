import { html, type SVGTemplateResult, svg, type TemplateResult } from "lit";

const icon = (body: SVGTemplateResult): TemplateResult =>
  html`<svg viewBox="0 0 16 16" aria-hidden="true">${body}</svg>`;

/** The player's signs, 16 px, drawn with the text's colour. */
export const icons = {
  play: icon(
    svg`<path d="M5 3.2v9.6L12.8 8z" fill="currentColor" stroke="currentColor" stroke-width="1.2"/>`,
  ),
  pause: icon(svg`<path d="M5.2 3.5v9M10.800 3.500v9" stroke-width="2.600"/>`),
  again: icon(svg`<path d="M3.200 8a4.800 4.800 0 1 0 1.500-3.500M3.200 2.500v2.600h2.600"/>`),
  back: icon(svg`<path d="M7.500 4 3.500 8l4 4M12.500 4l-4 4 4 4"/>`),
  ahead: icon(svg`<path d="m8.500 4 4 4-4 4M3.500 4l4 4-4 4"/>`),
  previous: icon(svg`<path d="M12.500 3.500 6 8l6.500 4.500zM3.500 3.500v9"/>`),
  next: icon(svg`<path d="M3.500 3.500 10 8l-6.500 4.500zM12.500 3.500v9"/>`),
  skip: icon(svg`<path d="M1.800 8h2.400M6 8h1.200M9 8h.6M11.200 4.800 14.400 8l-3.200 3.200"/>`),
  full: icon(svg`<path d="M2.800 6V2.800H6M10 2.800h3.200V6M13.200 10v3.200H10M6 13.200H2.800V10"/>`),
  leave: icon(svg`<path d="M6 2.800V6H2.800M13.200 6H10V2.800M10 13.200V10h3.200M2.800 10H6v3.200"/>`),
  keys: icon(
    svg`<rect x="1.800" y="4" width="12.400" height="8" rx="1.600"/><path d="M4.500 6.600h.01M7 6.600h.01M9.500 6.600h.01M11.700 6.600h.01M5 9.500h6"/>`,
  ),
  close: icon(svg`<path d="m4 4 8 8M12 4l-8 8"/>`),
  warn: icon(svg`<path d="M8 2.300 14.300 13H1.700zM8 6.500v3M8 11.300v.01"/>`),
  follow: icon(svg`<circle cx="8" cy="8" r="2.200"/><path d="M8 1.800v2M8 12.200v2M1.800 8h2M12.200 8h2"/>`),
};
