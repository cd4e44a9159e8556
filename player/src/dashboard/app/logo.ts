import { css } from "lit";

/** The brand: `.brand` around a `.logo` and the name. */
export const logo = css`
  .brand {
    display: flex;
    align-items: center;
    gap: var(--s2);
    font-weight: 650;
    letter-spacing: -0.01em;
    font-size: 15px;
  }
  .logo {
    width: 20px;
    height: 20px;
    border-radius: 6px;
    background: var(--accent);
    display: grid;
    place-items: center;
    color: var(--accent-ink);
  }
  .logo svg {
    width: 12px;
    height: 12px;
    fill: currentColor;
    stroke: none;
  }
`;
