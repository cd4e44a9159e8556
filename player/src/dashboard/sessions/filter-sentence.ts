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
      ${chip("by", filters.user, "Show the sessions of everybody", () => change({ ...filters, user: "" }))}
      ${chip("with", filters.text, "Show sessions without these words too", () => change({ ...filters, text: "" }))}
      <span>newest first</span>
      <span class="grow"></span>
      <span>${shown}</span>
    </div>
  `;
}

const chip = (
  word: string,
  value: string,
  removes: string,
  remove: () => void,
): TemplateResult | typeof nothing =>
  value === ""
    ? nothing
    : html`<span class="chip">
        <b>${word}</b><i class="clip" dir="auto">“${value}”</i>
        <button aria-label=${removes} title=${removes} @click=${remove}>${icon("close")}</button>
      </span>`;
