import { css } from "lit";

/** A dialog over everything. */
export const dialogStyle = css`
  dialog {
    width: min(420px, calc(100vw - 2 * var(--s4)));
    max-height: calc(100vh - 2 * var(--s4));
    padding: var(--s5);
    border: 1px solid var(--line-strong);
    border-radius: var(--r-lg);
    background: var(--raised);
    color: var(--text);
    box-shadow: var(--shadow);
  }
  dialog[open] {
    display: grid;
    gap: var(--s3);
  }
  dialog::backdrop {
    background: #0008;
  }
  h2 {
    font-size: var(--t-lg);
    font-weight: 620;
    letter-spacing: -0.01em;
  }
  .actions {
    display: flex;
    justify-content: flex-end;
    gap: var(--s2);
    margin-top: var(--s2);
  }
`;
