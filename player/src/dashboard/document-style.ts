import { css } from "lit";

/** What the document itself needs; everything else is the elements' own. */
export const documentStyle = css`
  html,
  body {
    margin: 0;
    height: 100%;
  }
  body {
    font: 400 var(--t-md) / 1.45 var(--font);
    color: var(--text);
    background: var(--ground);
    font-feature-settings: "tnum", "cv11";
    -webkit-font-smoothing: antialiased;
    -webkit-text-size-adjust: 100%;
    text-size-adjust: 100%;
    overflow: hidden;
  }
`;
