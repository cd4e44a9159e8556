import { css } from "lit";

/**
 * Buttons (`.btn`, with `.primary`, `.danger`, `.bare`, `.icon`, `.edge`), key caps (`kbd`) and text fields
 * (`.field` around an input). Hit targets are at least 28 px, 40 px where the pointer is a finger.
 */
export const controls = css`
  .btn {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    height: 30px;
    padding: 0 10px;
    border-radius: var(--r-sm);
    border: 1px solid var(--line-strong);
    background: var(--raised);
    color: var(--text);
    font-size: var(--t-sm);
    font-weight: 500;
    white-space: nowrap;
    cursor: pointer;
    transition: background var(--fast) var(--ease);
  }
  .btn:hover {
    background: var(--hover);
  }
  .btn:disabled,
  .btn[aria-disabled="true"] {
    opacity: 0.45;
    cursor: default;
  }
  .btn.bare {
    border-color: transparent;
    background: none;
    color: var(--muted);
    padding: 0 7px;
  }
  .btn.bare:hover:not(:disabled, [aria-disabled="true"]) {
    color: var(--text);
    background: var(--hover);
  }
  .btn.icon {
    width: 30px;
    padding: 0;
  }
  .btn.primary {
    background: var(--accent);
    color: var(--accent-ink);
    border-color: transparent;
  }
  .btn.primary:hover:not(:disabled) {
    background: color-mix(in oklab, var(--accent) 88%, var(--text));
  }
  .btn.danger {
    color: var(--error);
    border-color: color-mix(in oklab, var(--error) 45%, transparent);
  }
  .btn.danger:hover:not(:disabled) {
    background: var(--error-soft);
  }
  .btn.edge {
    color: var(--live);
    border-color: color-mix(in oklab, var(--live) 45%, transparent);
    background: var(--live-soft);
  }
  kbd {
    font: 500 10.5px/1 var(--font);
    border: 1px solid var(--line-strong);
    border-bottom-width: 2px;
    border-radius: 4px;
    padding: 2px 4px;
    color: var(--muted);
  }
  .field {
    display: flex;
    align-items: center;
    gap: var(--s2);
    min-width: 0;
    height: 32px;
    padding: 0 var(--s2);
    border: 1px solid var(--line-strong);
    border-radius: var(--r-md);
    background: var(--surface);
    color: var(--muted);
    font-size: var(--t-sm);
  }
  .field:focus-within {
    box-shadow: var(--ring);
  }
  .field input {
    flex: 1;
    min-width: 0;
    border: 0;
    padding: 0;
    background: none;
    color: var(--text);
    outline: none;
    box-shadow: none;
  }
  .field input::placeholder {
    color: var(--faint);
    opacity: 1;
  }
  @media (pointer: coarse) {
    .btn {
      height: 40px;
    }
    .btn.icon {
      width: 40px;
    }
    .field {
      height: 40px;
    }
    .field input {
      font-size: 16px;
    }
  }
`;
