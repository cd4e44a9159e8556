import { css } from "lit";

/** A session's page. */
export const sessionStyle = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr) 372px;
    grid-template-rows: 52px minmax(0, 1fr);
    height: 100%;
    background: var(--ground);
  }
  header {
    grid-column: 1 / -1;
    display: flex;
    align-items: center;
    gap: var(--s2);
    padding: 0 var(--s3);
    border-bottom: 1px solid var(--line);
    background: var(--surface);
    min-width: 0;
  }
  h1 {
    font-size: var(--t-md);
    font-weight: 580;
    margin-left: var(--s1);
  }
  h1 .faint {
    font-weight: 400;
  }
  .length {
    font-variant-numeric: tabular-nums;
  }
  .pair,
  .troubles {
    display: flex;
    gap: var(--s2);
  }
  .pair {
    gap: 0;
  }
  .stage {
    min-width: 0;
    min-height: 0;
    position: relative;
    background: var(--sunken);
  }
  reeltime-player {
    width: 100%;
    height: 100%;
  }
  .panel {
    border-left: 1px solid var(--line);
    background: var(--surface);
    display: flex;
    flex-direction: column;
    min-height: 0;
    min-width: 0;
  }
  .tabs {
    display: flex;
    gap: 2px;
    padding: var(--s1) var(--s3) 0;
    border-bottom: 1px solid var(--line);
    font-size: var(--t-sm);
  }
  .tabs button {
    min-height: 36px;
    padding: 4px 9px 6px;
    border: 0;
    border-bottom: 2px solid transparent;
    margin-bottom: -1px;
    background: none;
    color: var(--muted);
    cursor: pointer;
  }
  .tabs button:hover {
    color: var(--text);
  }
  .tabs [aria-selected="true"] {
    color: var(--text);
    border-color: var(--text);
    font-weight: 560;
  }
  rt-facts,
  rt-details {
    flex: 1;
    min-height: 0;
  }
  .wide {
    grid-column: 1 / -1;
  }
  .late {
    animation: late 0s 150ms both;
  }
  @keyframes late {
    from {
      visibility: hidden;
    }
  }
  .ghost {
    position: absolute;
    inset: var(--s5) var(--s5) 120px;
    border-radius: var(--r-md);
  }
  .ghost.deck {
    inset: auto var(--s5) var(--s5);
    height: 72px;
  }
  .lines {
    display: grid;
    gap: var(--s4);
    padding: var(--s4);
  }
  .lines .bone {
    height: 12px;
  }
  header .bone {
    height: 14px;
    width: 180px;
  }
  @media (max-width: 1100px) {
    :host {
      grid-template-columns: minmax(0, 1fr) 320px;
    }
    .hide-m {
      display: none;
    }
  }
  @media (max-width: 760px) {
    :host {
      grid-template-columns: minmax(0, 1fr);
      grid-template-rows: 48px auto minmax(0, 1fr);
    }
    header {
      padding: 0 var(--s2);
      gap: 6px;
    }
    .stage {
      height: min(56vh, calc(100vw * 0.62 + 150px));
    }
    .panel {
      border: 0;
      border-top: 1px solid var(--line);
    }
    .tabs button {
      min-height: 40px;
    }
    .hide-s {
      display: none;
    }
  }
  /* Fingers need larger controls; the page above them keeps its size. */
  @media (max-width: 760px) and (pointer: coarse) {
    .stage {
      height: min(58vh, calc(100vw * 0.62 + 230px));
    }
  }
`;
