import { css } from "lit";

/** How the row of controls looks. */
export const controlsStyles = css`
  :host {
    display: block;
    position: relative;
    font-variant-numeric: tabular-nums;
    container-type: inline-size;
  }
  .row,
  .edges {
    display: flex;
    align-items: center;
    gap: var(--s1);
  }
  .row > *,
  .edges > * {
    flex: none;
  }
  .row > .grow {
    flex: 1;
  }
  .break {
    display: none;
  }
  .play {
    width: 36px;
    height: 36px;
    border-radius: 50%;
    border: 0;
    background: var(--text);
    color: var(--surface);
    display: grid;
    place-items: center;
    flex: none;
    cursor: pointer;
    margin-right: var(--s1);
  }
  .play:focus-visible,
  select:focus-visible {
    box-shadow: var(--ring);
  }
  .clock {
    font-family: var(--mono);
    font-size: var(--t-sm);
    white-space: nowrap;
    padding: 0 var(--s1);
  }
  .clock b {
    font-weight: 500;
  }
  .clock i {
    font-style: normal;
    color: var(--faint);
  }
  .rate select {
    appearance: none;
    height: 30px;
    padding: 0 8px;
    border: 0;
    border-radius: var(--r-sm);
    background: none;
    color: var(--muted);
    font-size: var(--t-sm);
    font-weight: 500;
    text-align: center;
    cursor: pointer;
  }
  .rate select:hover {
    background: var(--hover);
    color: var(--text);
  }
  .rate option {
    background: var(--raised);
    color: var(--text);
  }
  .skip[aria-pressed="true"] {
    color: var(--accent);
    background: color-mix(in oklab, var(--accent) 12%, transparent);
  }
  .note {
    color: var(--muted);
    font-size: var(--t-sm);
    white-space: nowrap;
    padding: 0 var(--s1);
  }
  .edge.still {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    height: 30px;
    padding: 0 10px;
    border-radius: var(--r-sm);
    font-size: var(--t-sm);
    font-weight: 550;
    color: var(--live);
  }
  .edge.away {
    color: var(--muted);
  }
  .edge.away .dot {
    background: none;
    border: 1.5px solid var(--muted);
  }
  @container (max-width: 720px) {
    .skip .word,
    .skip kbd,
    .keys {
      display: none;
    }
    .skip {
      width: 30px;
      padding: 0;
    }
  }
  @container (max-width: 520px) {
    .row {
      flex-wrap: wrap;
      row-gap: 0;
    }
    .row > * {
      order: 3;
    }
    .play,
    .clock,
    .row > .grow,
    .edges {
      order: 1;
    }
    .break {
      display: block;
      order: 2;
      flex: 0 0 100%;
      height: var(--s1);
    }
    .full {
      margin-left: auto;
    }
  }
  @container (max-width: 400px) {
    .clock i {
      display: none;
    }
  }
  @media (pointer: coarse) {
    .play,
    .rate select {
      height: 40px;
    }
    .play {
      width: 40px;
    }
    .skip,
    .rate select {
      min-width: 40px;
    }
    kbd {
      display: none;
    }
  }
`;
