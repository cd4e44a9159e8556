import type { SessionStatus } from "@reeltime/recorder/protocol";
import { html, nothing, type TemplateResult } from "lit";
import { icon } from "../icons.js";
import type { Filters } from "../model/filters.js";

const CHOICES: readonly (readonly [SessionStatus | "", string])[] = [
  ["", "All sessions"],
  ["live", "Live sessions"],
  ["away", "Away sessions"],
  ["closed", "Ended sessions"],
];

/** What the sentence needs to know and to tell. */
export interface SentenceOptions {
  readonly filters: Filters;
  /** How many are shown: "50 or more". */
  readonly shown: string;
  readonly change: (filters: Filters) => void;
}

/** The filters as a sentence: "All sessions with “lamp”, newest first". */
export function filterSentence({ filters, shown, change }: SentenceOptions): TemplateResult {
  const choose = (event: Event): void => {
    const { value } = event.target as HTMLSelectElement;
    const status = CHOICES.find(([choice]) => choice === value)?.[0] ?? "";
    change({ ...filters, status: status === "" ? undefined : status });
  };
  return html`
    <div class="sentence">
      <span class="chip">
        <select aria-label="Which sessions" @change=${choose}>
          ${CHOICES.map(
            ([value, words]) =>
              html`<option value=${value} .selected=${(filters.status ?? "") === value}>${words}</option>`,
          )}
        </select>
        ${icon("down")}
      </span>
      ${
        filters.text === ""
          ? nothing
          : html`<span class="chip">
              <b>with</b><i class="clip" dir="auto">“${filters.text}”</i>
              <button aria-label="Show sessions without “${filters.text}” too" title="Remove" @click=${() => change({ ...filters, text: "" })}>
                ${icon("close")}
              </button>
            </span>`
      }
      <span>newest first</span>
      <span class="grow"></span>
      <span aria-live="polite">${shown}</span>
    </div>
  `;
}
