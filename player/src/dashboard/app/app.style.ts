import { css } from "lit";

/** The shell: what is beside, and what is told over everything. */
export const appStyle = css`
  :host {
    display: block;
    height: 100%;
    position: relative;
  }
  .app {
    display: grid;
    grid-template-columns: 212px minmax(0, 1fr);
    height: 100%;
  }
  main {
    min-width: 0;
    min-height: 0;
    height: 100%;
  }
  .skip {
    position: absolute;
    z-index: 10;
    left: var(--s2);
    top: -60px;
  }
  .skip:focus {
    top: var(--s2);
  }
  .side {
    border-right: 1px solid var(--line);
    padding: var(--s4) var(--s3);
    display: flex;
    flex-direction: column;
    gap: var(--s1);
    background: var(--surface);
    min-width: 0;
  }
  .side .brand {
    padding: 2px var(--s2) var(--s4);
  }
  .project {
    display: flex;
    align-items: center;
    position: relative;
    border: 1px solid var(--line);
    border-radius: var(--r-sm);
    margin-bottom: var(--s3);
    font-size: var(--t-sm);
    min-height: 30px;
  }
  .project span {
    padding: 5px var(--s2);
  }
  .project select {
    appearance: none;
    width: 100%;
    height: 30px;
    padding: 0 26px 0 var(--s2);
    border: 0;
    background: none;
    text-overflow: ellipsis;
    border-radius: var(--r-sm);
    cursor: pointer;
  }
  .project select option {
    background: var(--surface);
    color: var(--text);
  }
  .project svg {
    position: absolute;
    right: 7px;
    width: 13px;
    height: 13px;
    pointer-events: none;
    color: var(--faint);
  }
  nav {
    display: grid;
    gap: 2px;
  }
  .item {
    display: flex;
    align-items: center;
    gap: var(--s2);
    padding: 6px var(--s2);
    border: 0;
    border-radius: var(--r-sm);
    background: none;
    color: var(--muted);
    text-align: left;
    cursor: pointer;
  }
  .item:hover {
    color: var(--text);
  }
  .item[aria-current] {
    background: var(--hover);
    color: var(--text);
    font-weight: 550;
  }
  .foot {
    margin-top: auto;
    display: grid;
    gap: 2px;
    font-size: var(--t-sm);
  }
  .lost {
    position: fixed;
    z-index: 20;
    left: 50%;
    translate: -50% 0;
    bottom: var(--s4);
    display: flex;
    align-items: center;
    gap: var(--s2);
    width: max-content;
    max-width: calc(100vw - 2 * var(--s4));
    padding: 7px var(--s3);
    border: 1px solid var(--line-strong);
    border-radius: 99px;
    background: var(--raised);
    box-shadow: var(--shadow);
    font-size: var(--t-sm);
    animation: late 0s 600ms both;
  }
  .lost.top {
    bottom: auto;
    top: 60px;
  }
  .lost > svg {
    color: var(--rage);
  }
  .lost .btn {
    margin-right: -6px;
    border-radius: 99px;
  }
  @keyframes late {
    from {
      visibility: hidden;
    }
  }
  .late {
    animation: late 0s 150ms both;
  }
  .wait {
    display: grid;
    gap: var(--s3);
    align-content: start;
    padding: var(--s5);
  }
  .wait .bone {
    height: 44px;
    border-radius: var(--r-lg);
  }
  .narrow {
    display: none;
  }
  @media (max-width: 760px) {
    .app {
      grid-template-columns: minmax(0, 1fr);
      grid-template-rows: minmax(0, 1fr) auto;
    }
    .side {
      grid-row: 2;
      border: 0;
      border-top: 1px solid var(--line);
      padding: 0 var(--s2) env(safe-area-inset-bottom);
      display: grid;
      grid-template-columns: 1fr 1fr;
      gap: 0;
    }
    .side .brand,
    .project {
      display: none;
    }
    .project.many {
      display: flex;
      grid-column: 1 / -1;
      margin: var(--s2) var(--s1) 0;
    }
    .project.many select {
      height: 40px;
      font-size: 16px;
    }
    nav,
    .foot {
      display: flex;
      justify-content: space-around;
      margin: 0;
    }
    .item,
    .item[aria-current] {
      flex-direction: column;
      justify-content: center;
      gap: 2px;
      min-width: 64px;
      min-height: 52px;
      padding: 5px 9px;
      font-size: 10.5px;
      background: none;
    }
    .lost:not(.top) {
      bottom: 64px;
    }
    .wide {
      display: none;
    }
    .narrow {
      display: inline;
    }
  }
`;
