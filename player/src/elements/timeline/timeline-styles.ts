import { css } from "lit";

/** How the timeline looks. */
export const timelineStyles = css`
  :host {
    display: block;
    height: 52px;
    position: relative;
    user-select: none;
    -webkit-user-select: none;
  }
  .track {
    position: absolute;
    inset: 0;
    cursor: pointer;
    touch-action: none;
    border-radius: var(--r-sm);
  }
  .bars {
    position: absolute;
    left: 0;
    right: 0;
    bottom: 4px;
    height: 30px;
    pointer-events: none;
  }
  .bars svg {
    width: 100%;
    height: 100%;
    stroke: none;
  }
  .rest svg {
    fill: var(--line-strong);
  }
  .past svg {
    fill: var(--accent);
  }
  .idle {
    position: absolute;
    top: 18px;
    bottom: 4px;
    background: repeating-linear-gradient(-45deg, var(--line) 0 2px, transparent 2px 6px);
    border-radius: 3px;
  }
  .gap {
    position: absolute;
    top: 18px;
    bottom: 4px;
    min-width: 3px;
    background: repeating-linear-gradient(45deg, var(--rage) 0 1.5px, var(--surface) 1.5px 5px);
    border-inline: 1px dashed var(--rage);
  }
  .loaded {
    position: absolute;
    bottom: 0;
    height: 2px;
    border-radius: 1px;
    background: var(--faint);
    opacity: 0.55;
  }
  .mark {
    position: absolute;
    top: 0;
    width: 10px;
    height: 10px;
    margin-left: -5px;
    fill: var(--c);
    stroke: none;
    overflow: visible;
    filter: drop-shadow(0 0 1px var(--surface)) drop-shadow(0 0 1px var(--surface));
    pointer-events: none;
  }
  .mark .hollow {
    fill: var(--surface);
    stroke: var(--c);
    stroke-width: 1.6;
  }
  .mark .flag {
    stroke: var(--c);
    stroke-width: 1.4;
  }
  .mark.click {
    opacity: 0.75;
  }
  .head {
    position: absolute;
    top: 15px;
    bottom: 0;
    width: 2px;
    margin-left: -1px;
    background: var(--text);
    border-radius: 1px;
    pointer-events: none;
  }
  .head::before {
    content: "";
    position: absolute;
    top: -4px;
    left: -5px;
    width: 12px;
    height: 12px;
    border-radius: 50%;
    background: var(--text);
    box-shadow: 0 0 0 3px var(--surface);
    transition: transform var(--fast) var(--ease);
  }
  .track:hover .head::before,
  .dragging .head::before {
    transform: scale(1.15);
  }
  .needle {
    position: absolute;
    top: 11px;
    bottom: 4px;
    width: 1px;
    background: var(--muted);
    opacity: 0.7;
    pointer-events: none;
  }
  .tip {
    position: absolute;
    bottom: calc(100% + 6px);
    display: flex;
    align-items: center;
    gap: 6px;
    max-width: min(340px, 100%);
    padding: 4px 8px;
    border: 1px solid var(--line-strong);
    border-radius: var(--r-sm);
    background: var(--raised);
    box-shadow: var(--shadow);
    color: var(--text);
    font-size: var(--t-sm);
    white-space: nowrap;
    pointer-events: none;
    z-index: 5;
  }
  .tip b {
    font-weight: 550;
    font-variant-numeric: tabular-nums;
  }
  .tip i {
    font-style: normal;
    color: var(--muted);
  }
  .tip .mark {
    position: static;
    margin: 0;
    filter: none;
  }
`;
