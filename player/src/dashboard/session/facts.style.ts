import { css } from "lit";

/** The list of facts. */
export const factsStyle = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    position: relative;
  }
  .tools {
    display: grid;
    gap: var(--s2);
    padding: var(--s2) var(--s3);
  }
  .groups {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
  }
  .group {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    height: 28px;
    padding: 0 8px;
    border: 1px solid var(--line);
    border-radius: 99px;
    background: none;
    color: var(--muted);
    font-size: var(--t-xs);
    cursor: pointer;
  }
  .group:hover {
    color: var(--text);
    background: var(--hover);
  }
  .group[aria-pressed="true"] {
    background: var(--selected);
    border-color: var(--accent);
    color: var(--text);
    font-weight: 550;
  }
  .group.errors .n {
    color: var(--error);
    font-weight: 600;
  }
  .scroll {
    flex: 1;
    min-height: 0;
    overflow: auto;
    overflow-anchor: none;
    overscroll-behavior: contain;
    border-top: 1px solid var(--line);
  }
  ol {
    position: relative;
  }
  li {
    position: absolute;
    left: 0;
    right: 0;
  }
  .fact {
    display: grid;
    grid-template-columns: 46px 18px minmax(0, 1fr);
    gap: var(--s2);
    width: 100%;
    height: 100%;
    padding: 7px var(--s4);
    align-items: start;
    align-content: start;
    border: 0;
    background: none;
    text-align: left;
    font-size: var(--t-sm);
    line-height: 18px;
    cursor: pointer;
    position: relative;
  }
  .fact:hover {
    background: var(--hover);
  }
  .fact:focus-visible {
    box-shadow: inset 0 0 0 2px var(--accent);
  }
  .fact time {
    font-family: var(--mono);
    font-size: 11px;
    color: var(--faint);
    font-variant-numeric: tabular-nums;
  }
  .fact svg {
    color: var(--c);
    width: 14px;
    height: 14px;
    margin-top: 2px;
  }
  .fact b {
    font-weight: 600;
  }
  .subject,
  .more {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .more {
    font-family: var(--mono);
    font-size: 11.5px;
    line-height: 16px;
    color: var(--muted);
  }
  .two {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    white-space: normal;
    overflow-wrap: anywhere;
  }
  .fact.error {
    background: var(--error-soft);
  }
  .fact.later > * {
    opacity: 0.55;
  }
  .fact.now {
    background: var(--selected);
  }
  .fact.now::before {
    content: "";
    position: absolute;
    left: 0;
    top: 0;
    bottom: 0;
    width: 2px;
    background: var(--accent);
  }
  .back {
    position: absolute;
    bottom: var(--s3);
    left: 50%;
    translate: -50% 0;
    border-radius: 99px;
    box-shadow: var(--shadow);
  }
  .none {
    padding: var(--s5) var(--s4);
    color: var(--muted);
    font-size: var(--t-sm);
    text-align: center;
  }
  .none .btn {
    margin-top: var(--s2);
  }
  @media (pointer: coarse) {
    .group {
      height: 40px;
      padding: 0 9px;
    }
    .fact {
      align-content: center;
    }
  }
`;
