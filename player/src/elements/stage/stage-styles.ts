import { css } from "lit";

/** How the stage and the frame on it look, and rrweb's pointer, which is drawn over the page. */
export const stageStyles = css`
  :host {
    position: relative;
    display: grid;
    place-items: center;
    min-width: 0;
    min-height: 0;
    padding: var(--s5);
    overflow: hidden;
    background-color: var(--sunken);
    background-image: radial-gradient(var(--line) 1px, transparent 1px);
    background-size: 16px 16px;
  }
  :host([bare]) {
    padding: 0;
    background-image: none;
  }
  .frame {
    border-radius: var(--r-md);
    background: var(--surface);
    box-shadow: var(--shadow), 0 0 0 1px var(--line-strong);
    overflow: hidden;
    min-width: min(100%, 260px);
    display: flex;
    flex-direction: column;
  }
  :host([bare]) .frame {
    border-radius: 0;
    box-shadow: none;
    min-width: 0;
  }
  .chrome {
    height: 35px;
    display: flex;
    align-items: center;
    gap: 6px;
    padding: 0 6px;
    border-bottom: 1px solid var(--line);
    color: var(--muted);
    font-size: var(--t-sm);
    min-width: 0;
  }
  .tabs {
    display: flex;
    gap: 2px;
    min-width: 0;
    flex: 0 1 auto;
    max-width: 55%;
    overflow-x: auto;
    scrollbar-width: none;
  }
  .tab {
    height: 28px;
    flex: 0 1 auto;
    min-width: 44px;
    max-width: 180px;
    padding: 0 9px;
    border: 0;
    border-radius: var(--r-sm);
    background: none;
    color: var(--muted);
    cursor: pointer;
  }
  .tab:hover {
    background: var(--hover);
  }
  .tab[aria-selected="true"] {
    background: var(--hover);
    color: var(--text);
    font-weight: 550;
  }
  .tab:focus-visible {
    box-shadow: inset 0 0 0 2px var(--accent);
  }
  .follow {
    width: 28px;
    height: 28px;
  }
  .follow[aria-pressed="true"] {
    color: var(--accent);
  }
  .url {
    flex: 1;
    min-width: 40px;
    height: 24px;
    line-height: 24px;
    padding: 0 9px;
    border-radius: var(--r-sm);
    background: var(--ground);
    font-family: var(--mono);
    font-size: 11.5px;
  }
  .url.named {
    background: none;
    font-family: inherit;
    font-size: inherit;
  }
  .size {
    color: var(--faint);
    white-space: nowrap;
    padding: 0 4px;
    font-variant-numeric: tabular-nums;
  }
  .view {
    position: relative;
    overflow: hidden;
    background: #fff;
  }
  .page {
    position: absolute;
    inset: 0 auto auto 0;
    transform-origin: 0 0;
  }
  .layer {
    position: absolute;
    inset: 0;
  }
  iframe {
    border: 0;
    background: #fff;
    display: block;
  }
  .cover,
  .skeleton,
  .waiting {
    position: absolute;
    inset: 0;
    color: var(--muted);
    font-size: var(--t-sm);
  }
  .cover {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: var(--s2);
    padding: var(--s4);
    text-align: center;
    background: var(--surface);
    text-wrap: balance;
  }
  .cover b {
    color: var(--text);
    font-weight: 550;
    font-size: var(--t-md);
  }
  .cover .sign {
    color: var(--error);
  }
  .cover .btn {
    margin-top: var(--s1);
  }
  .skeleton {
    display: flex;
    flex-direction: column;
    gap: var(--s3);
    padding: 6%;
    background: var(--surface);
  }
  .skeleton .bone {
    height: 12px;
  }
  .waiting {
    inset: 0 0 auto 0;
    height: 3px;
    overflow: hidden;
  }
  .waiting .bone {
    height: 3px;
    background: var(--accent);
  }
  .replayer-wrapper {
    position: relative;
  }
  .replayer-mouse {
    position: absolute;
    z-index: 2;
    width: 22px;
    height: 22px;
    margin: -2px 0 0 -3px;
    pointer-events: none;
    transition: left 60ms linear, top 60ms linear;
    background: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M2 1.500 13 8l-5 1.200L5.600 14z' fill='%23111' stroke='%23fff' stroke-width='1.300' stroke-linejoin='round'/%3E%3C/svg%3E")
      center / contain no-repeat;
  }
  .replayer-mouse:not([style*="left"]) {
    opacity: 0;
  }
  .replayer-mouse::after {
    content: "";
    position: absolute;
    left: 3px;
    top: 2px;
    width: 34px;
    height: 34px;
    margin: -17px;
    border-radius: 50%;
    border: 2px solid #4f46e5;
    opacity: 0;
  }
  .replayer-mouse.active::after {
    animation: ripple 420ms var(--ease) 1;
  }
  .replayer-mouse.touch-device {
    width: 40px;
    height: 40px;
    margin: -20px;
    background: none;
    border: 3px solid transparent;
    border-radius: 50%;
    transition: border-color 0.2s ease-in-out;
  }
  .replayer-mouse.touch-device.touch-active {
    border-color: #4f46e5;
  }
  @keyframes ripple {
    from {
      opacity: 0.9;
      transform: scale(0.3);
    }
    to {
      opacity: 0;
      transform: scale(1.15);
    }
  }
  @media (max-width: 760px) {
    :host {
      padding: var(--s2);
    }
    .size,
    .tabs ~ .url {
      display: none;
    }
    .tabs {
      flex: 1;
      max-width: none;
    }
    .tab {
      flex: none;
    }
  }
`;
