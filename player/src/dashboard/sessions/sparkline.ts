import type { SessionItem } from "@reeltime/recorder/protocol";
import { css, html, svg, type TemplateResult } from "lit";
import { MAX_BARS, sparkline } from "../model/sparkline.js";
import { counted, countsInWords } from "../words/counts.js";

const STEP = 3;
const WIDTH = MAX_BARS * STEP;
const HEIGHT = 24;

/** How bars look; goes with {@link drawSparkline}. Trouble is taller than all else and wears a cap, so its colour is not alone. */
export const sparklineStyle = css`
  .spark {
    width: 100%;
    max-width: 150px;
    height: 24px;
    stroke: none;
    overflow: visible;
  }
  .spark rect {
    fill: color-mix(in oklab, var(--muted) 45%, transparent);
  }
  .spark .error {
    fill: var(--error);
  }
  .spark .rage {
    fill: var(--rage);
  }
  .spark .now {
    fill: var(--live);
  }
`;

/** Draws what happened when; says it in words to those who do not see it. */
export function drawSparkline(item: SessionItem): TemplateResult {
  const bars = sparkline(item).map(({ height, kind }, index) => {
    const high = Math.max(1.5, height * HEIGHT);
    const x = index * STEP;
    const bar = svg`<rect class=${kind} x=${x} y=${HEIGHT - high} width="2" height=${high} rx="1"></rect>`;
    return kind === "error" || kind === "rage"
      ? svg`${bar}<rect class=${kind} x=${x - 1} y="0" width="4" height="3" rx="1.5"></rect>`
      : bar;
  });
  return html`<svg
    class="spark"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    preserveAspectRatio="xMinYMid meet"
    role="img"
    aria-label=${sparkWords(item)}
  >
    ${bars}
  </svg>`;
}

function sparkWords({ counts }: SessionItem): string {
  const trouble = [
    counts.errors > 0 ? counted(counts.errors, "error") : "",
    counts.rages > 0 ? counted(counts.rages, "rage click") : "",
  ].filter((part) => part !== "");
  return `Activity: ${[countsInWords(counts), ...trouble].join(", ")}`;
}
