import { html, type TemplateResult } from "lit";

const WIDTHS = [34, 52, 41, 60, 30, 47, 38, 55];

/** Rows that are still loading; they show after 150 ms, so that a quick answer flickers nothing. */
export const skeletonRows = (count = 8): TemplateResult => html`
  <div class="list late" role="status" aria-label="Loading sessions">
    ${WIDTHS.slice(0, count).map(
      (width) => html`<div class="ghost">
        <span class="bone round"></span><span class="bone" style="width:${width / 3}%"></span>
        <span class="grow"></span><span class="bone" style="width:${width / 2}%"></span>
        <span class="grow"></span><span class="bone" style="width:9%"></span>
      </div>`,
    )}
  </div>
`;
