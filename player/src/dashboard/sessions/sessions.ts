import type { SessionId, SessionItem } from "@reeltime/recorder/protocol";
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { base, controls, marks } from "../../style/index.js";
import type { AppContext } from "../context.js";
import { icon } from "../icons.js";
import { type Filters, isFiltered, NO_FILTERS } from "../model/filters.js";
import { sessionHref, sessionsHref } from "../model/route.js";
import { isFirstVisit, type SessionsState } from "../model/sessions-store.js";
import { navigate } from "../navigate.js";
import { Observed } from "../observed.js";
import type { ProjectSummary } from "../ports.js";
import { isTyping } from "../typing.js";
import { counted } from "../words/counts.js";
import { filterSentence } from "./filter-sentence.js";
import { SessionRowElement } from "./session-row.js";
import { columns } from "./session-row.style.js";
import { sessionsStyle } from "./sessions.style.js";
import { skeletonRows } from "./skeleton.js";

/** Milliseconds of quiet before typed words are searched for. */
const TYPED_MS = 250;
/** Live lengths count every second; how long ago the rest began changes slower. */
const TICK_MS = 1_000;
const SLOW_TICK_MS = 10_000;
/** Scrolled less than this, the reader is at the top. */
const TOP_PX = 4;
/** How far below the fold the next page is asked for. */
const AHEAD_PX = 800;

/** The list of sessions: keeps itself up to date, and moves nothing under the reader's pointer. */
@customElement("rt-sessions")
export class SessionsElement extends LitElement {
  static override styles = [base, controls, marks, columns, sessionsStyle];

  @property({ attribute: false }) accessor context: AppContext | undefined;
  @property({ attribute: false }) accessor project: ProjectSummary | undefined;
  @property({ attribute: false }) accessor filters: Filters = NO_FILTERS;
  /** Where the reader comes from: that row is selected and in view. */
  @property({ attribute: false }) accessor selected: SessionId | undefined;
  @state() private accessor tick = 0;
  @query(".rows") private accessor rows: HTMLElement | null = null;
  @query("input") private accessor input: HTMLInputElement | null = null;

  #pointed = false;
  #focused = false;
  #ticking: ReturnType<typeof setInterval> | undefined;
  #typed: ReturnType<typeof setTimeout> | undefined;
  #scrolledTo: SessionId | undefined;

  constructor() {
    super();
    new Observed(this, () => this.context?.store.state);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#ticking = setInterval(() => {
      if (!document.hidden) this.tick += 1;
    }, TICK_MS);
    document.addEventListener("keydown", this.#key);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#ticking);
    clearTimeout(this.#typed);
    document.removeEventListener("keydown", this.#key);
    this.context?.store.hold(false);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("project") || changed.has("filters") || changed.has("context")) {
      if (this.project !== undefined) void this.context?.store.open(this.project.id, this.filters);
    }
  }

  override updated(): void {
    this.#fitScrollbar();
    this.#fillSearch();
    this.#settleHold();
    this.#more();
    if (this.selected === undefined || this.selected === this.#scrolledTo) return;
    const row = this.#rowOf(this.selected);
    if (row === undefined) return;
    this.#scrolledTo = this.selected;
    row.scrollIntoView({ block: "nearest" });
    row.focus({ preventScroll: true });
  }

  override render() {
    const value = this.context?.store.state.value;
    if (value === undefined) return nothing;
    const first = isFirstVisit(value);
    return html`
      ${first ? nothing : html`<header class="bar"><h1>Sessions</h1>${this.#search()}</header>`}
      ${first ? nothing : filterSentence({ filters: value.filters, shown: shownWords(value), change: this.#change })}
      <div class="body" @pointerenter=${this.#point} @pointerleave=${this.#point}>${this.#body(value, first)}</div>
    `;
  }

  #search(): TemplateResult {
    return html`<form role="search" @submit=${(event: Event) => event.preventDefault()}>
      <label class="field">
        ${icon("search")}
        <input
          type="search"
          aria-label="Search sessions"
          placeholder="Search by user, page or address"
          autocomplete="off"
          spellcheck="false"
          maxlength="200"
          @input=${this.#type}
          @keydown=${this.#leaveSearch}
        />
        <kbd aria-hidden="true">/</kbd>
      </label>
    </form>`;
  }

  #body(value: SessionsState, first: boolean): TemplateResult {
    if (value.phase === "failed") {
      return html`<rt-trouble .error=${value.error} what="the sessions" @rt-retry=${this.#retry}></rt-trouble>`;
    }
    if (first) {
      return html`<div class="rows first"><rt-empty
        key=${this.project?.key ?? ""}
        origin=${this.context?.origin ?? ""}
        .copy=${this.context?.copy}
      ></rt-empty></div>`;
    }
    const { feed } = value;
    const waiting = feed.pending.length;
    return html`
      <span class="said" role="status">${waiting > 0 ? `${counted(waiting, "new session")} to show` : ""}</span>
      ${
        waiting > 0
          ? html`<button class="btn fresh" @click=${this.#showPending}>${icon("arrowUp")}${counted(waiting, "new session")}</button>`
          : nothing
      }
      <div class="rows" @scroll=${this.#scrolled} @focusin=${this.#focus} @focusout=${this.#focus}>
        <div class="columns head" aria-hidden="true">
          <span>User</span><span>Page or window</span><span class="device">On</span><span>Activity</span><span></span>
          <span class="end">Length</span>
        </div>
        ${value.phase === "ready" ? this.#list(value) : skeletonRows()} ${value.phase === "ready" ? this.#foot(value) : nothing}
      </div>
    `;
  }

  #list({ feed, filters }: SessionsState): TemplateResult {
    if (feed.rows.length === 0 && isFiltered(filters)) {
      return html`<div class="none" role="status">
        <h2>No session ${filters.text === "" ? "is like that now" : `with “${filters.text}”`}</h2>
        <p class="muted">One that fits will appear here by itself.</p>
        <button class="btn" @click=${() => this.#change(NO_FILTERS)}>Show all sessions</button>
      </div>`;
    }
    const nowMs = this.context?.clock.nowMs() ?? 0;
    const slowMs = Math.floor(nowMs / SLOW_TICK_MS) * SLOW_TICK_MS;
    const reachable = feed.rows.some(({ id }) => id === this.selected) ? this.selected : feed.rows[0]?.id;
    return html`<div class="list" role="list" aria-label="Sessions">
      ${repeat(
        feed.rows,
        ({ id }) => id,
        (item: SessionItem) => html`<rt-session-row
          .item=${item}
          .nowMs=${item.status === "live" ? nowMs : Math.max(slowMs, item.startMs)}
          .selected=${item.id === this.selected}
          .fresh=${feed.fresh.has(item.id)}
          .leaving=${feed.leaving.has(item.id)}
          .reachable=${item.id === reachable}
        ></rt-session-row>`,
      )}
    </div>`;
  }

  #foot({ more, feed }: SessionsState): TemplateResult | typeof nothing {
    if (more === "failed") {
      return html`<p class="foot" role="alert">
        Could not load more sessions. <button class="btn" @click=${this.#retry}>${icon("retry")}Try again</button>
      </p>`;
    }
    if (feed.next !== null)
      return html`<p class="foot">${more === "loading" ? "Loading more…" : nothing}</p>`;
    return feed.rows.length > 10 ? html`<p class="foot">That is all of them.</p>` : nothing;
  }

  readonly #change = (filters: Filters): void => {
    navigate(sessionsHref(filters, this.context?.store.state.value.project), { replace: true });
  };

  readonly #retry = (): void => void this.context?.store.retry();

  readonly #showPending = (): void => {
    this.context?.store.showPending();
    this.rows?.scrollTo({ top: 0 });
  };

  readonly #type = (): void => {
    clearTimeout(this.#typed);
    this.#typed = setTimeout(() => {
      this.#change({ ...this.filters, text: this.input?.value.trim() ?? "" });
    }, TYPED_MS);
  };

  readonly #leaveSearch = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" && event.key !== "ArrowDown" && event.key !== "Enter") return;
    event.preventDefault();
    if (event.key === "Escape") this.#change({ ...this.filters, text: "" });
    this.input?.blur();
    if (event.key !== "Escape") this.#step(0);
  };

  readonly #scrolled = (): void => {
    this.#settleHold();
    this.#more();
  };

  readonly #point = (event: PointerEvent): void => {
    // A finger that has left the screen points at nothing; scrolling is what holds the list then.
    this.#pointed = event.type === "pointerenter" && event.pointerType !== "touch";
    this.#settleHold();
  };

  readonly #focus = (event: FocusEvent): void => {
    this.#focused = event.type === "focusin";
    this.#settleHold();
  };

  #settleHold(): void {
    const scrolled = (this.rows?.scrollTop ?? 0) > TOP_PX;
    // Where nothing is shown nothing can move: the first session comes at once.
    const something = this.renderRoot.querySelector("rt-session-row") !== null;
    this.context?.store.hold(something && (this.#pointed || this.#focused || scrolled));
  }

  /** The field shows the words of the address, but never takes letters from under somebody's hands. */
  #fillSearch(): void {
    const { input } = this;
    if (input === null || input.matches(":focus")) return;
    if (input.value !== this.filters.text) input.value = this.filters.text;
  }

  #fitScrollbar(): void {
    const { rows } = this;
    if (rows !== null) rows.style.setProperty("--scrollbar", `${rows.offsetWidth - rows.clientWidth}px`);
  }

  #more(): void {
    const { rows } = this;
    if (rows === null || rows.scrollHeight - rows.scrollTop - rows.clientHeight > AHEAD_PX) return;
    const { more } = this.context?.store.state.value ?? {};
    if (more === "idle") void this.context?.store.more();
  }

  readonly #key = (event: KeyboardEvent): void => {
    if (isTyping(event) || event.shiftKey) return;
    switch (event.key) {
      case "/":
        this.input?.focus();
        this.input?.select();
        break;
      case "j":
      case "ArrowDown":
        this.#step(1);
        break;
      case "k":
      case "ArrowUp":
        this.#step(-1);
        break;
      case "Enter":
        // A focused link or button opens by itself.
        if (this.selected === undefined || event.composedPath()[0] !== document.body) return;
        navigate(sessionHref(this.selected));
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  #step(by: number): void {
    const items = this.context?.store.state.value.feed.rows ?? [];
    const at = items.findIndex(({ id }) => id === this.selected);
    const next = items[at < 0 ? 0 : Math.max(0, Math.min(items.length - 1, at + by))];
    if (next === undefined) return;
    this.selected = next.id;
    this.#scrolledTo = undefined;
  }

  #rowOf(id: SessionId): SessionRowElement | undefined {
    const rows = this.renderRoot.querySelectorAll("rt-session-row");
    return [...rows].find(
      (row): row is SessionRowElement => row instanceof SessionRowElement && row.item?.id === id,
    );
  }
}

function shownWords({ phase, feed }: SessionsState): string {
  if (phase !== "ready") return "";
  const count = feed.rows.length;
  return feed.next === null ? counted(count, "session") : `first ${counted(count, "session")}`;
}
