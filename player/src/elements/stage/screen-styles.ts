import { css } from "lit";

/** How pictures of a screen look, with what is drawn and said over them. The marks are the same over a light and a dark picture. */
export const screenStyles = css`
  .screen {
    position: absolute;
    inset: 0;
    margin: auto;
  }
  .view.pictures {
    background: var(--sunken);
  }
  .picture {
    position: absolute;
    overflow: hidden;
    background: #000;
    container-type: size;
  }
  .several .picture {
    outline: 1px solid var(--line-strong);
    outline-offset: -1px;
  }
  .several .picture::after {
    content: "";
    position: absolute;
    inset: 0;
    box-shadow: inset 0 0 0 1px color-mix(in oklab, var(--text) 18%, transparent);
    pointer-events: none;
  }
  .picture canvas.shown {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    transition: opacity var(--fast) var(--ease);
  }
  .picture.covered canvas.shown {
    opacity: 0.3;
  }
  .picture [hidden] {
    display: none;
  }
  .marks {
    position: absolute;
    inset: 0;
    pointer-events: none;
  }
  .pointer {
    position: absolute;
    width: 22px;
    height: 22px;
    margin: -2px 0 0 -3px;
    background: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M2 1.500 13 8l-5 1.200L5.600 14z' fill='%23111' stroke='%23fff' stroke-width='1.300' stroke-linejoin='round'/%3E%3C/svg%3E")
      center / contain no-repeat;
    filter: drop-shadow(0 1px 1.5px #0006);
  }
  .pointer::before {
    content: "";
    position: absolute;
    left: 3px;
    top: 2px;
    width: 18px;
    height: 18px;
    margin: -9px;
    border-radius: 50%;
    background: #4f46e5;
    opacity: 0;
    z-index: -1;
  }
  .pointer.pressed::before {
    opacity: 0.45;
  }
  .ripple {
    position: absolute;
    width: 40px;
    height: 40px;
    margin: -20px;
    border-radius: 50%;
    border: 2px solid #4f46e5;
    box-shadow: 0 0 0 1px #fffb, inset 0 0 0 1px #fffb;
    opacity: calc(1 - var(--age));
    transform: scale(calc(0.25 + 0.75 * var(--age)));
  }
  .ripple.other {
    border-color: #b85c00;
  }
  .wheel {
    position: absolute;
    width: 16px;
    height: 16px;
    margin: 18px 0 0 14px;
    rotate: var(--turn);
    opacity: calc(1 - var(--age));
    background: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='none' stroke-linecap='round' stroke-linejoin='round'%3E%3Cpath d='m3 4 5 5 5-5M3 9l5 5 5-5' stroke='%23fff' stroke-width='4'/%3E%3Cpath d='m3 4 5 5 5-5M3 9l5 5 5-5' stroke='%234f46e5' stroke-width='2'/%3E%3C/svg%3E")
      center / contain no-repeat;
  }
  .keys {
    position: absolute;
    left: 0;
    right: 0;
    bottom: 12px;
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 6px;
  }
  .chord {
    display: flex;
    gap: 3px;
    padding: 4px 5px;
    border-radius: 8px;
    background: #14161bd9;
    box-shadow: 0 0 0 1px #ffffff2e, 0 4px 14px #0005;
    opacity: calc(3 - 3 * var(--age));
  }
  .chord kbd {
    min-width: 20px;
    padding: 4px 6px;
    border: 0;
    border-radius: 5px;
    background: #ffffff26;
    color: #fff;
    font: 550 12px/1 var(--font);
    text-align: center;
  }
  .words {
    position: absolute;
    left: 50%;
    top: 50%;
    translate: -50% -50%;
    width: max-content;
    max-width: calc(100% - 2 * var(--s3));
    display: grid;
    gap: 2px;
    padding: var(--s3) var(--s4);
    border-radius: var(--r-lg);
    background: #14161be6;
    box-shadow: 0 0 0 1px #ffffff2e, 0 8px 28px #0006;
    color: #c7ccd6;
    font-size: var(--t-sm);
    text-align: center;
    text-wrap: balance;
    pointer-events: none;
  }
  .words b {
    color: #fff;
    font-size: var(--t-lg);
    font-weight: 560;
  }
  .words.aside {
    left: 10px;
    top: 10px;
    translate: none;
    max-width: calc(100% - 20px);
    padding: 5px 9px;
    border-radius: var(--r-md);
    text-align: left;
  }
  .words.aside b {
    font-size: var(--t-sm);
  }
  /* Little room: a word is enough. */
  @container (max-width: 300px) or (max-height: 120px) {
    .words {
      padding: var(--s1) var(--s2);
    }
    .words b {
      font-size: var(--t-sm);
    }
    .words span {
      display: none;
    }
    .keys {
      bottom: 4px;
      zoom: 0.8;
    }
  }
`;
