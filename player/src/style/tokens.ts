import { css } from "lit";

/**
 * The look of Reeltime: every colour, size and motion comes from here. Colours are pairs, light then dark,
 * chosen by the element's own `color-scheme`. One colour has one meaning everywhere: `--live`, `--error`,
 * `--rage`, `--nav`, `--input`, `--custom`, and `--accent` for "where I am".
 *
 * Goes into a document (`:root`) or into the outermost element of ours (`:host`): everything below inherits.
 * It does not choose a scheme; {@link schemes} does, for a document.
 */
export const tokens = css`
  :root,
  :host {
    --font: Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
    --mono: ui-monospace, "SF Mono", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;

    /* surfaces, from the back of the room to the front */
    --ground: light-dark(#f6f6f7, #0c0d10);
    --surface: light-dark(#ffffff, #131519);
    --raised: light-dark(#ffffff, #1a1d22);
    --sunken: light-dark(#eeeff1, #08090b);
    --hover: light-dark(#f3f4f6, #1b1e24);
    --selected: light-dark(#eef0ff, #1d2037);
    --line: light-dark(#e4e5e9, #23262d);
    --line-strong: light-dark(#d0d2d9, #343842);

    --text: light-dark(#16181d, #eceef2);
    --muted: light-dark(#5c6270, #9aa1ae);
    --faint: light-dark(#686e7b, #838a98);

    /* meaning: one colour, one thing, everywhere */
    --accent: light-dark(#4f46e5, #8b87ff);
    --accent-ink: light-dark(#ffffff, #0d0b2b);
    --live: light-dark(#0b8f5a, #34d399);
    --error: light-dark(#d02b2b, #ff7a72);
    --rage: light-dark(#b85c00, #ffab4a);
    --nav: light-dark(#0e75b8, #5cc1ff);
    --input: light-dark(#7a3fc4, #c49bff);
    --custom: light-dark(#5c6270, #9aa1ae);
    --live-soft: color-mix(in oklab, var(--live) 13%, transparent);
    --error-soft: color-mix(in oklab, var(--error) 11%, transparent);
    --rage-soft: color-mix(in oklab, var(--rage) 13%, transparent);

    /* 4 px grid; type in five sizes; three radii */
    --s1: 4px;
    --s2: 8px;
    --s3: 12px;
    --s4: 16px;
    --s5: 24px;
    --s6: 32px;
    --t-xs: 11px;
    --t-sm: 12.5px;
    --t-md: 13.5px;
    --t-lg: 16px;
    --t-xl: 22px;
    --r-sm: 5px;
    --r-md: 8px;
    --r-lg: 12px;
    --shadow: 0 1px 2px light-dark(#0000000d, #0006), 0 8px 24px light-dark(#0000000f, #0006);
    --ring: 0 0 0 2px var(--surface), 0 0 0 4px var(--accent);
    --ease: cubic-bezier(0.2, 0.8, 0.2, 1);
    --fast: 120ms;
  }
`;

/** Which half of each pair a document shows: the system's, or the one that `data-theme` on it names. */
export const schemes = css`
  :root {
    color-scheme: light dark;
  }
  :root[data-theme="light"] {
    color-scheme: light;
  }
  :root[data-theme="dark"] {
    color-scheme: dark;
  }
`;
