import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { styleMap } from "lit/directives/style-map.js";
import type { PlayerFact } from "../../store/index.js";
import { base, controls } from "../../style/index.js";
import { icon } from "../icons.js";
import { countGroups, currentFact, FACT_GROUPS, type FactGroup, filterFacts } from "../model/fact-list.js";
import { type FactRowSize, factRowSize } from "../model/fact-row.js";
import { rowTops, rowWindow } from "../model/row-window.js";
import { clockDuration } from "../words/duration.js";
import { describeFact, type FactWords } from "../words/fact-words.js";
import { fullTime } from "../words/when.js";
import { factsStyle } from "./facts.style.js";

const OVERSCAN_PX = 240;
/** Rows kept free above the current one when the list follows. */
const LEAD_PX = 120;

const GROUP_WORDS: Readonly<Record<FactGroup, string>> = {
  pages: "Pages",
  clicks: "Clicks",
  typing: "Typing",
  errors: "Errors",
  events: "Events",
};

interface Row {
  readonly fact: PlayerFact;
  readonly words: FactWords;
  readonly size: FactRowSize;
}

/**
 * What happened, line by line. The line of now is marked and kept in view until the reader scrolls elsewhere; lines
 * that are still to come are dimmed. Fires `rt-seek` with the fact that was clicked.
 */
@customElement("rt-facts")
export class FactsElement extends LitElement {
  static override styles = [base, controls, factsStyle];

  /** In the order of time. */
  @property({ attribute: false }) accessor facts: readonly PlayerFact[] = [];
  /** The session's start, epoch ms. */
  @property({ attribute: false }) accessor startMs = 0;
  /** Where playback is, epoch ms. */
  @property({ attribute: false }) accessor atMs = 0;
  /** Whether more may come. */
  @property({ type: Boolean }) accessor growing = false;
  /** They happened on a screen, not in a page. */
  @property({ type: Boolean }) accessor desktop = false;
  /** Facts that the list leaves out. */
  @property({ attribute: false }) accessor cut = 0;
  @state() private accessor group: FactGroup | undefined;
  @state() private accessor text = "";
  @state() private accessor following = true;
  @state() private accessor view = { top: 0, height: 600 };
  @query(".scroll") private accessor scroller: HTMLElement | null = null;
  @query("input") private accessor input: HTMLInputElement | null = null;

  readonly #coarse = matchMedia("(pointer: coarse)").matches;
  #rows: readonly Row[] = [];
  #tops: readonly number[] = [0];
  #current = -1;
  /** Where the list was scrolled to by itself, to tell it from the reader's own scrolling. */
  #ownTop = 0;
  #resized: ResizeObserver | undefined;

  /** Puts the caret into the filter. */
  override focus(): void {
    this.input?.focus();
  }

  override firstUpdated(): void {
    this.#resized = new ResizeObserver(() => this.#measure());
    if (this.scroller !== null) this.#resized.observe(this.scroller);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized?.disconnect();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.scroller !== null) this.#resized?.observe(this.scroller);
  }

  /** Time goes on many times a second; only a new current line needs drawing. */
  override shouldUpdate(changed: Map<PropertyKey, unknown>): boolean {
    if (changed.size > 1 || !changed.has("atMs")) return true;
    return currentFact(this.#factsShown, this.atMs) !== this.#current;
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("facts") || changed.has("desktop") || changed.has("group") || changed.has("text"))
      this.#layOut();
    this.#current = currentFact(this.#factsShown, this.atMs);
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (this.following && !(changed.size === 1 && changed.has("view"))) this.#follow();
  }

  #factsShown: readonly PlayerFact[] = [];

  #layOut(): void {
    const first = this.facts.find(({ type }) => type === "navigation");
    this.#factsShown = filterFacts(this.facts, this.group, this.text);
    this.#rows = this.#factsShown.map((fact) => {
      const words = describeFact(fact, fact === first, this.desktop);
      return { fact, words, size: factRowSize(words, this.#coarse) };
    });
    this.#tops = rowTops(this.#rows.map(({ size }) => size.heightPx));
  }

  override render(): TemplateResult {
    const tops = this.#tops;
    const { first, end } = rowWindow(tops, this.view.top, this.view.height, OVERSCAN_PX);
    const shown = this.#rows.slice(first, end).map((row, index) => ({ row, index: first + index }));
    return html`
      ${this.#tools()}
      <div class="scroll" @scroll=${this.#scrolled} tabindex="-1">
        <ol style=${styleMap({ height: `${tops.at(-1) ?? 0}px` })} aria-label="What happened">
          ${repeat(
            shown,
            ({ index }) => index,
            ({ row, index }) => this.#row(row, index, tops[index] ?? 0),
          )}
        </ol>
        ${this.#rows.length === 0 ? this.#none() : nothing}
        ${
          this.cut > 0
            ? html`<p class="none">The list ends here; the recording has ${this.cut} more.</p>`
            : nothing
        }
      </div>
      ${
        this.following || this.#rows.length === 0
          ? nothing
          : html`<button class="btn back" @click=${this.#return}>${icon("clock")}Back to now</button>`
      }
    `;
  }

  #tools(): TemplateResult | typeof nothing {
    if (this.facts.length === 0) return nothing;
    const counts = countGroups(this.facts);
    return html`<div class="tools">
      <label class="field">
        ${icon("search")}
        <input
          type="search"
          placeholder="Filter"
          aria-label="Filter what happened"
          autocomplete="off"
          spellcheck="false"
          .value=${this.text}
          @input=${(event: Event) => {
            this.text = (event.target as HTMLInputElement).value;
          }}
        />
      </label>
      <div class="groups" role="group" aria-label="Show only">
        ${FACT_GROUPS.filter((group) => counts[group] > 0).map(
          (group) => html`<button
            class="group ${group}"
            aria-pressed=${this.group === group}
            @click=${() => {
              this.group = this.group === group ? undefined : group;
            }}
          >
            ${this.desktop && group === "pages" ? "Windows" : GROUP_WORDS[group]} <span class="n">${counts[group]}</span>
          </button>`,
        )}
      </div>
    </div>`;
  }

  #row({ fact, words, size }: Row, index: number, top: number): TemplateResult {
    const when = index === this.#current ? "now" : index > this.#current ? "later" : "";
    const whole = [`${words.verb} ${words.subject}`.trim(), words.more, fullTime(fact.atMs)]
      .filter((line) => line !== "")
      .join("\n");
    return html`<li
      style="top:${top}px;height:${size.heightPx}px"
      aria-setsize=${this.#rows.length}
      aria-posinset=${index + 1}
    >
      <button
        class="fact ${words.colour === "error" ? "error" : ""} ${when}"
        style="--c:var(--${words.colour})"
        title=${whole}
        aria-current=${when === "now" ? "time" : nothing}
        @click=${() => this.#seek(fact)}
      >
        <time>${clockDuration(fact.atMs - this.startMs)}</time>
        ${icon(words.icon)}
        <span>
          <span class="subject ${size.subjectLines === 2 ? "two" : ""}" dir="auto"
            >${words.verb} <b>${words.subject}</b></span
          >
          ${
            size.moreLines > 0
              ? html`<span class="more ${size.moreLines === 2 ? "two" : ""}">${words.more}</span>`
              : nothing
          }
        </span>
      </button>
    </li>`;
  }

  #none(): TemplateResult {
    if (this.facts.length > 0) {
      return html`<p class="none">
        Nothing here has that.<br />
        <button class="btn" @click=${this.#all}>Show everything</button>
      </p>`;
    }
    return html`<p class="none">
      ${this.growing ? `Nothing has happened yet. Clicks, ${this.desktop ? "windows" : "pages"} and errors appear here as they come.` : "Nothing was clicked, opened or logged in this session."}
    </p>`;
  }

  readonly #all = (): void => {
    this.group = undefined;
    this.text = "";
  };

  readonly #return = (): void => {
    this.following = true;
  };

  #seek(fact: PlayerFact): void {
    this.following = true;
    this.dispatchEvent(new CustomEvent("rt-seek", { detail: fact, bubbles: true, composed: true }));
  }

  readonly #scrolled = (): void => {
    this.#measure();
    const { top, height } = this.view;
    if (Math.abs(top - this.#ownTop) <= 2) return;
    const current = Math.max(0, this.#current);
    const rowTop = this.#tops[current] ?? 0;
    this.following = rowTop >= top && rowTop < top + height;
  };

  #measure(): void {
    const { scroller } = this;
    if (scroller === null) return;
    const { scrollTop: top, clientHeight: height } = scroller;
    if (top !== this.view.top || height !== this.view.height) this.view = { top, height };
  }

  /** Scrolls only when the current line is out of view, and then so that what led to it is in view too. */
  #follow(): void {
    const { scroller } = this;
    if (scroller === null || this.#current < 0) return;
    const top = this.#tops[this.#current] ?? 0;
    const bottom = this.#tops[this.#current + 1] ?? top;
    const { scrollTop, clientHeight } = scroller;
    if (top >= scrollTop && bottom <= scrollTop + clientHeight) return;
    scroller.scrollTop = Math.max(0, top - Math.min(LEAD_PX, clientHeight / 3));
    this.#ownTop = scroller.scrollTop;
  }
}
