import { css } from "lit";

/** How the player lays its parts out. */
export const playerStyles = css`
  :host {
    display: grid;
    grid-template-rows: minmax(0, 1fr) auto;
    position: relative;
    min-width: 0;
    min-height: 240px;
    background: var(--surface);
    color: var(--text);
    font: 400 var(--t-md) / 1.45 var(--font);
    font-feature-settings: "tnum";
    -webkit-font-smoothing: antialiased;
    outline: none;
  }
  :host([bare]) {
    grid-template-rows: minmax(0, 1fr);
    min-height: 0;
  }
  :host(:focus-visible) {
    box-shadow: inset 0 0 0 2px var(--accent);
  }
  .deck {
    border-top: 1px solid var(--line);
    background: var(--surface);
    padding: var(--s2) var(--s4) var(--s3);
    display: grid;
    gap: var(--s2);
    min-width: 0;
  }
  .flash {
    position: absolute;
    left: 50%;
    bottom: 128px;
    transform: translateX(-50%);
    display: flex;
    gap: var(--s2);
    align-items: center;
    padding: 5px 12px;
    border-radius: 99px;
    border: 1px solid var(--line-strong);
    background: var(--raised);
    box-shadow: var(--shadow);
    font-size: var(--t-sm);
    font-weight: 500;
    pointer-events: none;
    white-space: nowrap;
  }
  .flash svg {
    color: var(--accent);
  }
  .flaws {
    color: var(--rage);
    font-size: var(--t-xs);
    display: flex;
    gap: 5px;
    align-items: center;
  }
  .flaws svg {
    width: 13px;
    height: 13px;
  }
  @media (max-width: 760px) {
    .deck {
      padding: var(--s2) var(--s3) var(--s2);
    }
    .flash {
      bottom: 120px;
    }
  }
`;
