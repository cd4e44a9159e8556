import { css } from "lit";

/** The list's screen. */
export const sessionsStyle = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    min-width: 0;
    height: 100%;
  }
  .bar {
    display: flex;
    align-items: center;
    gap: var(--s3);
    padding: var(--s3) var(--s5);
    border-bottom: 1px solid var(--line);
    background: var(--surface);
  }
  h1 {
    font-size: var(--t-lg);
    font-weight: 620;
    letter-spacing: -0.01em;
    margin-right: var(--s2);
  }
  form {
    flex: 1;
    min-width: 0;
    max-width: 640px;
  }
  input[type="search"]::-webkit-search-cancel-button {
    display: none;
  }
  .sentence {
    display: flex;
    flex-wrap: wrap;
    gap: var(--s2);
    align-items: center;
    padding: var(--s3) var(--s5);
    font-size: var(--t-sm);
    color: var(--muted);
  }
  .chip {
    display: inline-flex;
    align-items: center;
    height: 28px;
    max-width: 100%;
    border: 1px solid var(--line-strong);
    border-radius: var(--r-sm);
    background: var(--surface);
    color: var(--text);
    position: relative;
  }
  .chip b {
    font-weight: 450;
    color: var(--muted);
    padding-left: var(--s2);
  }
  .chip i {
    font-style: normal;
    font-weight: 550;
    padding: 0 var(--s2) 0 4px;
    min-width: 0;
  }
  .chip button {
    display: grid;
    place-items: center;
    width: 28px;
    height: 100%;
    padding: 0;
    border: 0;
    border-left: 1px solid var(--line);
    background: none;
    color: var(--faint);
    cursor: pointer;
    border-radius: 0 var(--r-sm) var(--r-sm) 0;
  }
  .chip button svg {
    width: 13px;
    height: 13px;
  }
  .chip select {
    appearance: none;
    height: 100%;
    border: 0;
    padding: 0 26px 0 var(--s2);
    background: none;
    font-weight: 550;
    border-radius: var(--r-sm);
    cursor: pointer;
  }
  .chip select option {
    background: var(--surface);
    color: var(--text);
  }
  .chip select + svg {
    position: absolute;
    right: 7px;
    width: 13px;
    height: 13px;
    color: var(--faint);
    pointer-events: none;
  }
  .body {
    position: relative;
    flex: 1;
    min-height: 0;
    display: flex;
    flex-direction: column;
  }
  .rows {
    flex: 1;
    min-height: 0;
    overflow: auto;
    overflow-anchor: none;
    /* The list ends where the bar above ends, whatever room the scrollbar takes. */
    padding: 0 max(0px, calc(var(--s5) - var(--scrollbar, 0px))) var(--s5) var(--s5);
    scrollbar-gutter: stable;
  }
  .rows.first {
    display: grid;
  }
  .head {
    position: sticky;
    top: 0;
    z-index: 1;
    height: 30px;
    padding: 0 13px;
    font-size: var(--t-xs);
    color: var(--faint);
    background: var(--ground);
  }
  .head .end {
    text-align: right;
  }
  .list {
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--r-lg);
    overflow: hidden;
  }
  .list:empty {
    display: none;
  }
  .fresh {
    position: absolute;
    z-index: 2;
    top: 2px;
    left: 50%;
    translate: -50% 0;
    border-radius: 99px;
    background: var(--accent);
    color: var(--accent-ink);
    border-color: transparent;
    box-shadow: var(--shadow);
    animation: appear var(--fast) var(--ease);
  }
  .fresh:hover {
    background: color-mix(in oklab, var(--accent) 88%, var(--text));
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  .foot {
    display: flex;
    justify-content: center;
    align-items: center;
    gap: var(--s3);
    min-height: 44px;
    padding-top: var(--s3);
    font-size: var(--t-sm);
    color: var(--faint);
  }
  .none {
    display: grid;
    justify-items: center;
    gap: var(--s2);
    padding: 72px var(--s4);
    text-align: center;
  }
  .none h2 {
    font-size: var(--t-lg);
    font-weight: 600;
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
    display: flex;
    gap: var(--s3);
    align-items: center;
    height: 56px;
    padding: 0 var(--s3);
    border-bottom: 1px solid var(--line);
  }
  .ghost:last-child {
    border-bottom: 0;
  }
  .ghost .round {
    width: 28px;
    height: 28px;
    border-radius: 50%;
  }
  .ghost .bone {
    height: 11px;
  }
  .ghost .round.bone {
    height: 28px;
  }
  @media (pointer: coarse) {
    .chip {
      height: 40px;
    }
    .chip button {
      width: 40px;
    }
    .chip select {
      font-size: 16px;
    }
  }
  @media (max-width: 760px) {
    h1,
    .head,
    kbd {
      display: none;
    }
    .bar,
    .sentence,
    .rows {
      padding-left: var(--s3);
      padding-right: var(--s3);
    }
    .rows {
      scrollbar-gutter: auto;
      padding-right: var(--s3);
    }
    .ghost {
      height: 104px;
    }
    .fresh {
      top: -20px;
    }
  }
`;
