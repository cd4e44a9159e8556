import { css } from "lit";

/**
 * Small signs with one meaning each: the live dot (`.dot`, `.dot.pulse`), pills (`.pill` with `.live`, `.err`,
 * `.rage`, `.plain`), the avatar (`.av`, its hue in `--h`), and the skeleton of what is still loading (`.bone`).
 */
export const marks = css`
  .dot {
    width: 7px;
    height: 7px;
    border-radius: 50%;
    background: var(--live);
    position: relative;
    flex: none;
  }
  .dot.pulse::after {
    content: "";
    position: absolute;
    inset: 0;
    border-radius: 50%;
    background: inherit;
    animation: pulse 1.8s var(--ease) infinite;
  }
  @keyframes pulse {
    to {
      transform: scale(2.6);
      opacity: 0;
    }
  }
  .pill {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    height: 20px;
    padding: 0 7px;
    border-radius: 99px;
    font-size: var(--t-xs);
    font-weight: 550;
    white-space: nowrap;
  }
  .pill.live {
    color: var(--live);
    background: var(--live-soft);
  }
  .pill.err {
    color: var(--error);
    background: var(--error-soft);
  }
  .pill.rage {
    color: var(--rage);
    background: var(--rage-soft);
  }
  .pill.plain {
    color: var(--muted);
    border: 1px solid var(--line);
    font-weight: 450;
  }
  .av {
    width: 28px;
    height: 28px;
    border-radius: 50%;
    flex: none;
    display: grid;
    place-items: center;
    font-size: 11px;
    font-weight: 600;
    color: #fff;
    background: oklch(52% 0.12 var(--h, 260));
  }
  .bone {
    display: block;
    border-radius: var(--r-sm);
    background: var(--line);
    animation: breathe 1.6s var(--ease) infinite alternate;
  }
  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }
`;
