import { css } from "lit";

/** Columns of the list, shared by its head and its rows. */
export const columns = css`
  .columns {
    display: grid;
    grid-template-columns: minmax(170px, 1.2fr) minmax(160px, 1.4fr) minmax(120px, 0.8fr) 150px 156px 92px;
    gap: var(--s4);
    align-items: center;
  }
  @media (max-width: 1080px) {
    .columns {
      grid-template-columns: minmax(150px, 1.2fr) minmax(140px, 1.3fr) 150px 124px 88px;
    }
    .device {
      display: none;
    }
  }
`;

/** One row of the list. */
export const rowStyle = css`
  :host {
    display: block;
    border-bottom: 1px solid var(--line);
    content-visibility: auto;
    contain-intrinsic-size: auto 57px;
    scroll-margin-top: 40px;
  }
  :host(:last-of-type) {
    border-bottom: 0;
  }
  :host([fresh]) a {
    animation: appear var(--fast) var(--ease);
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  :host([leaving]) a {
    opacity: 0.45;
  }
  a {
    padding: 0 var(--s3);
    min-height: 56px;
  }
  a:hover {
    background: var(--hover);
  }
  :host([selected]) a {
    background: var(--selected);
  }
  a:focus-visible {
    box-shadow: inset 0 0 0 2px var(--accent);
    border-radius: inherit;
  }
  .who {
    display: flex;
    gap: var(--s3);
    align-items: center;
    min-width: 0;
  }
  .who b {
    display: block;
    font-weight: 560;
  }
  .who .clip,
  .page .clip {
    display: block;
  }
  .page {
    min-width: 0;
  }
  .device {
    display: flex;
    align-items: center;
    gap: 6px;
    min-width: 0;
  }
  .device svg {
    flex: none;
    width: 14px;
    height: 14px;
    color: var(--faint);
  }
  .what {
    display: grid;
    gap: 1px;
  }
  .what .words {
    font-size: var(--t-xs);
    color: var(--faint);
    line-height: 1.3;
  }
  .badges {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 5px;
    padding: 4px 0;
  }
  .clip {
    /* Other scripts keep their direction, and the column its edge. */
    text-align: left;
  }
  .when {
    text-align: right;
    white-space: nowrap;
  }
  .length {
    font-variant-numeric: tabular-nums;
  }
  @media (max-width: 1080px) {
    .device {
      display: none;
    }
  }
  @media (max-width: 760px) {
    :host {
      contain-intrinsic-size: auto 105px;
    }
    a.columns {
      grid-template-columns: 28px minmax(0, 1fr) auto;
      gap: 2px var(--s3);
      align-items: start;
      padding: var(--s3);
    }
    .who {
      grid-column: 1 / 3;
    }
    .when {
      grid-column: 3;
    }
    .page {
      grid-column: 2;
      grid-row: 2;
    }
    .badges {
      grid-column: 3;
      grid-row: 2;
      justify-content: flex-end;
      align-self: center;
      max-width: 128px;
    }
    .what {
      display: none;
    }
  }
`;
