import type { SessionDetail, SessionId, SessionItem } from "@reeltime/recorder/protocol";
import { html, LitElement, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import type { ReeltimePlayer } from "../../elements/index.js";
import type { PlayerRequest } from "../../elements/request.js";
import type { PlayerFact, PlayerWindow } from "../../store/index.js";
import { base, controls, marks } from "../../style/index.js";
import type { AppContext } from "../context.js";
import { icon } from "../icons.js";
import { KeysElement } from "../keys/keys.js";
import { NO_FILTERS } from "../model/filters.js";
import { sessionHref, sessionsHref } from "../model/route.js";
import { navigate } from "../navigate.js";
import { Observed } from "../observed.js";
import { isTyping } from "../typing.js";
import { isDesktop } from "../words/session-kind.js";
import { DeleteDialogElement } from "./delete-dialog.js";
import { ExportDialogElement } from "./export-dialog.js";
import { FactsElement } from "./facts.js";
import { passToPlayer } from "./player-keys.js";
import { sessionStyle } from "./session.style.js";
import { sessionHeader } from "./session-header.js";

/** Milliseconds a button says what it has done. */
const SAID_FOR_MS = 2_500;
/** Lengths of live sessions count every second. */
const TICK_MS = 1_000;

type Load =
  | { readonly phase: "loading" }
  | { readonly phase: "failed"; readonly error: unknown }
  | { readonly phase: "ready" };

/** One session: its player, what happened in it, and everything known about it. Fires `rt-named` once it knows whose it is. */
@customElement("rt-session")
export class SessionElement extends LitElement {
  static override styles = [base, controls, marks, sessionStyle];

  @property({ attribute: false }) accessor context: AppContext | undefined;
  @property({ attribute: false }) accessor sessionId: SessionId | undefined;
  /** Where to begin, ms from the session's start; without it a live session begins at its edge. */
  @property({ attribute: false }) accessor startMs: number | undefined;
  @state() private accessor load: Load = { phase: "loading" };
  @state() private accessor detail: SessionDetail | undefined;
  @state() private accessor facts: readonly PlayerFact[] = [];
  @state() private accessor windows: readonly PlayerWindow[] = [];
  @state() private accessor atMs = 0;
  @state() private accessor panel: "activity" | "details" = "activity";
  @state() private accessor shared: string | undefined;
  @state() private accessor tick = 0;
  @query("reeltime-player") private accessor player: ReeltimePlayer | null = null;

  /** Grows with every session opened, so that an answer about an older one is dropped. */
  #asked = 0;
  #unlist: (() => void) | undefined;
  #ticking: ReturnType<typeof setInterval> | undefined;
  #saying: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    new Observed(this, () => this.context?.store.state);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.#key);
    this.#ticking = setInterval(() => {
      if (this.detail?.status === "live" && !document.hidden) this.tick += 1;
    }, TICK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.#key);
    clearInterval(this.#ticking);
    clearTimeout(this.#saying);
    this.#unlist?.();
    this.#unlist = undefined;
    this.#asked += 1;
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("sessionId")) void this.#open();
    else if (changed.has("startMs") && this.startMs !== undefined && this.player !== null) {
      this.player.currentTime = this.startMs / 1_000;
    }
  }

  override render(): TemplateResult {
    const { load, detail, context } = this;
    if (load.phase === "failed") {
      return html`<div class="wide" style="grid-row:1/-1;display:grid">
        <rt-trouble .error=${load.error} what="this session" home @rt-retry=${this.#open}></rt-trouble>
      </div>`;
    }
    if (detail === undefined || load.phase === "loading") return skeleton();
    const { id } = detail;
    const nowMs = context?.clock.nowMs() ?? 0;
    const neighbours = context?.store.neighbours(id);
    return html`
      ${sessionHeader({
        item: detail,
        nowMs,
        back: this.#listHref,
        previous: neighbours?.previous?.id,
        next: neighbours?.next?.id,
        shared: this.shared,
        share: () => void this.#share(),
        exportVideo: isDesktop(detail.client) ? this.#exportVideo : undefined,
      })}
      <section class="stage" aria-label="Player" @reeltime-player-request=${this.#listenForKeys}>
        ${keyed(
          id,
          html`<reeltime-player
            session-id=${id}
            start-at=${this.#startAt(detail)}
            autoplay
            .api=${context?.api}
            .live=${context?.live}
            .detail=${detail}
            @timeupdate=${this.#moved}
            @statechange=${this.#moved}
            @factschange=${this.#told}
          ></reeltime-player>`,
        )}
      </section>
      <aside class="panel" aria-label="About this session">
        <div class="tabs" role="tablist" @keydown=${this.#tabKey}>${this.#tab("activity", "Activity")}${this.#tab("details", "Details")}</div>
        ${this.#panel(detail, nowMs)}
      </aside>
      <rt-delete-dialog @rt-confirm=${this.#erase}></rt-delete-dialog>
      <rt-export-dialog
        .api=${context?.api}
        .sessionId=${id}
        ?running=${detail.status !== "closed"}
      ></rt-export-dialog>
      <rt-keys></rt-keys>
    `;
  }

  #tab(panel: "activity" | "details", words: string): TemplateResult {
    const on = this.panel === panel;
    return html`<button
      role="tab"
      id=${panel}
      aria-selected=${on}
      aria-controls="panel"
      tabindex=${on ? 0 : -1}
      @click=${() => {
        this.panel = panel;
      }}
    >
      ${words}
    </button>`;
  }

  #panel(detail: SessionDetail, nowMs: number): TemplateResult {
    return this.panel === "activity"
      ? html`<rt-facts
          id="panel"
          role="tabpanel"
          aria-labelledby="activity"
          .facts=${this.facts}
          .startMs=${detail.startMs}
          .atMs=${this.atMs}
          .growing=${detail.status !== "closed"}
          .cut=${detail.factsCut}
          ?desktop=${isDesktop(detail.client)}
          @rt-seek=${this.#seek}
        ></rt-facts>`
      : html`<rt-details
          id="panel"
          role="tabpanel"
          aria-labelledby="details"
          tabindex="0"
          .detail=${detail}
          .named=${this.windows}
          .nowMs=${nowMs}
          @rt-delete=${this.#askDelete}
        ></rt-details>`;
  }

  #startAt(detail: SessionDetail): string {
    if (this.startMs !== undefined) return String(this.startMs / 1_000);
    return detail.status === "live" ? "live" : "0";
  }

  get #listHref(): string {
    const { filters, project } = this.context?.store.state.value ?? {};
    return sessionsHref(filters ?? NO_FILTERS, project);
  }

  readonly #open = async (): Promise<void> => {
    const { sessionId, context } = this;
    this.#asked += 1;
    const asked = this.#asked;
    this.#unlist?.();
    this.#unlist = undefined;
    this.load = { phase: "loading" };
    if (sessionId === undefined || context === undefined) return;
    try {
      const detail = await context.api.session(sessionId);
      if (asked !== this.#asked) return;
      this.detail = detail;
      this.facts = detail.facts;
      this.atMs = detail.startMs + (this.startMs ?? 0);
      this.load = { phase: "ready" };
      this.dispatchEvent(new CustomEvent("rt-named", { detail, bubbles: true, composed: true }));
      // Opened by its address: the list gives the sessions before and after it.
      if (context.store.state.value.phase === "idle") void context.store.open(detail.project, NO_FILTERS);
      this.#unlist = context.lists.list(detail.project, ({ changed, removed }) => {
        if (removed.includes(sessionId)) this.load = { phase: "failed", error: { code: "not_found" } };
        else this.#changed(changed);
      });
    } catch (error) {
      if (asked === this.#asked) this.load = { phase: "failed", error };
    }
  };

  #changed(items: readonly SessionItem[]): void {
    const item = items.find(({ id }) => id === this.sessionId);
    const { detail } = this;
    if (item === undefined || detail === undefined) return;
    if (detail.status === "closed" && item.status !== "closed") return;
    this.detail = { ...detail, ...item };
  }

  readonly #moved = (): void => {
    const { player, detail } = this;
    if (player === null || detail === undefined) return;
    const { currentTime, store } = player;
    this.windows = store?.state.windows ?? [];
    if (Number.isFinite(currentTime)) this.atMs = detail.startMs + currentTime * 1_000;
  };

  readonly #told = (event: CustomEvent<readonly PlayerFact[]>): void => {
    this.facts = event.detail;
  };

  readonly #seek = (event: CustomEvent<PlayerFact>): void => {
    this.player?.seekToFact(event.detail);
  };

  readonly #share = async (): Promise<void> => {
    const { detail, context } = this;
    if (detail === undefined || context === undefined) return;
    const atMs = Math.max(0, this.atMs - detail.startMs);
    const href = context.origin + sessionHref(detail.id, atMs);
    this.shared = (await context.copy(href)) ? "copied" : href;
    clearTimeout(this.#saying);
    this.#saying = setTimeout(() => {
      this.shared = undefined;
    }, SAID_FOR_MS);
  };

  /** The player's own list has only its own keys; the page's has them all. */
  readonly #listenForKeys = {
    capture: true,
    handleEvent: (event: CustomEvent<PlayerRequest>): void => {
      if (event.detail.type !== "keys") return;
      event.stopPropagation();
      const keys = this.renderRoot.querySelector("rt-keys");
      if (keys instanceof KeysElement) keys.open();
    },
  };

  readonly #exportVideo = (): void => {
    const dialog = this.renderRoot.querySelector("rt-export-dialog");
    if (dialog instanceof ExportDialogElement) dialog.open();
  };

  readonly #askDelete = (): void => {
    const dialog = this.renderRoot.querySelector("rt-delete-dialog");
    if (dialog instanceof DeleteDialogElement) dialog.open();
  };

  readonly #erase = async (): Promise<void> => {
    const { sessionId, context } = this;
    const dialog = this.renderRoot.querySelector("rt-delete-dialog");
    if (sessionId === undefined || context === undefined || !(dialog instanceof DeleteDialogElement)) return;
    try {
      await context.api.erase(sessionId);
      context.store.remove(sessionId);
      dialog.close();
      navigate(this.#listHref, { replace: true });
    } catch (error) {
      dialog.failed(error);
    }
  };

  readonly #tabKey = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    event.stopPropagation();
    this.panel = this.panel === "activity" ? "details" : "activity";
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>(`#${this.panel}`)?.focus(),
    );
  };

  readonly #key = (event: KeyboardEvent): void => {
    if (isTyping(event)) return;
    const neighbours = this.detail === undefined ? undefined : this.context?.store.neighbours(this.detail.id);
    switch (event.key) {
      case "[":
        if (neighbours?.previous !== undefined) navigate(sessionHref(neighbours.previous.id));
        break;
      case "]":
        if (neighbours?.next !== undefined) navigate(sessionHref(neighbours.next.id));
        break;
      case "1":
        this.panel = "activity";
        break;
      case "2":
        this.panel = "details";
        break;
      case "/":
        this.#filter();
        break;
      default:
        if (this.player === null || !passToPlayer(event, this.player)) return;
    }
    event.preventDefault();
  };

  #filter(): void {
    this.panel = "activity";
    void this.updateComplete.then(() => {
      const facts = this.renderRoot.querySelector("rt-facts");
      if (facts instanceof FactsElement) facts.focus();
    });
  }
}

/** What stands in for a session that is loading. */
const skeleton = (): TemplateResult => html`
  <header><a class="btn bare icon" href="/" aria-label="All sessions">${icon("back")}</a><span class="bone late"></span></header>
  <section class="stage late" role="status" aria-label="Loading the session">
    <span class="bone ghost"></span><span class="bone ghost deck"></span>
  </section>
  <aside class="panel late" aria-hidden="true">
    <div class="lines">
      ${[62, 80, 48, 71, 55, 84, 40].map((width) => html`<span class="bone" style="width:${width}%"></span>`)}
    </div>
  </aside>
`;
