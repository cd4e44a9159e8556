import { isSessionId, type SessionDetail } from "@reeltime/recorder/protocol";
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Api, LiveConnection } from "../../client/index.js";
import { type PlayerFact, type PlayerState, PlayerStore, type WindowChoice } from "../../store/index.js";
import { base, tokens } from "../../style/index.js";
import type { SurfaceTrouble } from "../../surfaces/surface-trouble.js";
import "../controls/reeltime-player-controls.js";
import { frameClock } from "../frame-clock.js";
import { icons } from "../icons.js";
import { actionOf } from "../key-actions.js";
import { type PlayerRequest, REQUEST } from "../request.js";
import type { ReeltimePlayerStage } from "../stage/reeltime-player-stage.js";
import "../stage/reeltime-player-stage.js";
import "../timeline/reeltime-player-timeline.js";
import { handleRequest } from "./handle-request.js";
import { playerStyles } from "./player-styles.js";
import type { ReeltimePlayerKeys } from "./reeltime-player-keys.js";
import "./reeltime-player-keys.js";

/** Milliseconds between two `timeupdate` events. */
const TIME_UPDATE_MS = 250;

/**
 * Plays one session: from history, live at its edge, and back and forth between the two.
 *
 * Attributes: `session-id`; `start-at` (seconds since the session's start, or `live`; default: the live edge of a
 * running session, else the start); `autoplay`; `bare` (the page alone, no controls); `allow-remote` (the
 * operator lets recorded images and stylesheets load from other origins). Properties: `api` (required), `live`,
 * `detail`; like a media element `currentTime`, `duration` (seconds), `paused`, `playbackRate`, `seekable`.
 *
 * Events: `timeupdate` (four times a second while it moves, and after a seek), `statechange` (detail: the
 * {@link PlayerState}, whenever more than the time changed), `factschange` (detail: the facts), `fatalerror`
 * (detail: code and message), `surfacetrouble` (detail: what the recording's own flaws kept from being shown).
 */
@customElement("reeltime-player")
export class ReeltimePlayer extends LitElement {
  static override styles = [tokens, base, playerStyles];

  @property({ attribute: "session-id" }) accessor sessionId = "";
  @property({ attribute: "start-at" }) accessor startAt = "";
  @property({ type: Boolean }) accessor autoplay = false;
  @property({ type: Boolean, reflect: true }) accessor bare = false;
  @property({ type: Boolean, attribute: "allow-remote" }) accessor allowRemote = false;
  /** Whom to ask. Nothing is shown before it is set. */
  @property({ attribute: false }) accessor api: Api | undefined;
  /** The page's live connection; without it a running session is shown as far as it had got. */
  @property({ attribute: false }) accessor live: LiveConnection | undefined;
  /** What is already known of the session, so that it need not be asked for. */
  @property({ attribute: false }) accessor detail: SessionDetail | undefined;

  @state() private accessor current: PlayerState | undefined;
  @state() private accessor full = false;
  /** Parts that the surface found to be damaged. */
  @state() private accessor flawedParts = 0;
  @query("reeltime-player-stage") private accessor stage!: ReeltimePlayerStage | null;
  @query("reeltime-player-keys") private accessor keys!: ReeltimePlayerKeys | null;

  #store: PlayerStore | undefined;
  #timeAt = Number.NEGATIVE_INFINITY;

  /** The store behind it; `undefined` before a session is set. */
  get store(): PlayerStore | undefined {
    return this.#store;
  }
  /** Seconds since the session's start. Setting it seeks. */
  get currentTime(): number {
    return (this.#store?.state.currentTimeMs ?? 0) / 1000;
  }
  set currentTime(seconds: number) {
    this.#store?.seek(seconds * 1000);
  }
  /** Seconds; grows while the session runs. */
  get duration(): number {
    return (this.#store?.state.durationMs ?? 0) / 1000;
  }
  get paused(): boolean {
    return this.#store?.state.paused ?? true;
  }
  /** 0.5 to 16. */
  get playbackRate(): number {
    return this.#store?.state.playbackRate ?? 1;
  }
  set playbackRate(rate: number) {
    this.#store?.setRate(rate);
  }
  /** Where one can seek to: all of it, in seconds. */
  get seekable(): { readonly start: number; readonly end: number } {
    return { start: 0, end: this.duration };
  }
  play(): void {
    this.#store?.play();
  }
  pause(): void {
    this.#store?.pause();
  }
  /** Goes to the live edge and stays there. */
  goLive(): void {
    this.#store?.toLive();
  }
  seekToFact(fact: PlayerFact): void {
    this.#store?.seekToFact(fact);
  }
  /** Shows a window, or all displays (`ALL_DISPLAYS`); `undefined` follows the window in use. */
  selectWindow(choice: WindowChoice): void {
    this.#store?.selectWindow(choice);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.hasAttribute("tabindex")) this.tabIndex = 0;
    this.addEventListener("keydown", this.#key);
    this.addEventListener(REQUEST, this.#asked);
    document.addEventListener("fullscreenchange", this.#fullChanged);
    if (this.hasUpdated) this.requestUpdate("sessionId");
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener("keydown", this.#key);
    this.removeEventListener(REQUEST, this.#asked);
    document.removeEventListener("fullscreenchange", this.#fullChanged);
    this.#close();
  }

  override updated(changed: PropertyValues): void {
    const another = changed.has("sessionId") || changed.has("api") || changed.has("live");
    if (another || (this.#store === undefined && changed.has("detail"))) void this.#open();
  }

  override render(): TemplateResult {
    const { current } = this;
    return html`
      <reeltime-player-stage
        .state=${current}
        ?bare=${this.bare}
        ?allow-remote=${this.allowRemote}
        @surfacetrouble=${this.#flawed}
      ></reeltime-player-stage>
      ${
        this.bare
          ? nothing
          : html`<div class="deck">
              <reeltime-player-timeline .state=${current}></reeltime-player-timeline>
              <reeltime-player-controls .state=${current} ?full=${this.full}></reeltime-player-controls>
              ${this.#flaws(current)}
            </div>
            ${current?.skipping === true ? html`<div class="flash">${icons.skip}Skipping idle</div>` : nothing}
            <reeltime-player-keys></reeltime-player-keys>`
      }
    `;
  }

  #flaws(state: PlayerState | undefined): unknown {
    if (state === undefined) return nothing;
    const left = state.damaged + this.flawedParts;
    if (left === 0 && state.unplayable === 0) return nothing;
    const damaged = left > 0 ? `${left} damaged ${left === 1 ? "part was" : "parts were"} left out` : "";
    const sealed = state.unplayable > 0 ? `${state.unplayable} cannot be shown here` : "";
    return html`<div class="flaws">${icons.warn}${[damaged, sealed].filter((words) => words !== "").join(" · ")}</div>`;
  }

  async #open(): Promise<void> {
    this.#close();
    const { api, live, sessionId, detail } = this;
    if (api === undefined || !isSessionId(sessionId) || !this.isConnected) return;
    const startAt = this.startAt.trim();
    const seconds = Number(startAt);
    const store = new PlayerStore({
      api,
      session: sessionId,
      clock: frameClock,
      autoplay: this.autoplay,
      ...(live === undefined ? {} : { live }),
      ...(detail?.id === sessionId ? { detail } : {}),
      ...(startAt === "live" ? { startAtMs: "live" as const } : {}),
      ...(startAt !== "" && Number.isFinite(seconds) ? { startAtMs: seconds * 1000 } : {}),
    });
    this.#store = store;
    this.flawedParts = 0;
    this.current = store.state;
    store.subscribe((next) => this.#changed(next));
    await this.stage?.updateComplete;
    if (this.#store !== store) return;
    if (this.stage?.surface !== undefined) store.attach(this.stage.surface);
    await store.start();
  }

  #close(): void {
    this.#store?.close();
    this.#store = undefined;
  }

  #changed(next: PlayerState): void {
    const before = this.current;
    this.current = next;
    const now = performance.now();
    const moved = before?.currentTimeMs !== next.currentTimeMs;
    const jumped = Math.abs((before?.currentTimeMs ?? 0) - next.currentTimeMs) > 1_000;
    if (moved && (jumped || now - this.#timeAt >= TIME_UPDATE_MS)) {
      this.#timeAt = now;
      this.dispatchEvent(new CustomEvent("timeupdate"));
    }
    if (before === undefined || differs(before, next))
      this.dispatchEvent(new CustomEvent("statechange", { detail: next }));
    if (before?.facts !== next.facts)
      this.dispatchEvent(new CustomEvent("factschange", { detail: next.facts }));
    if (next.phase === "error" && before?.phase !== "error") {
      this.dispatchEvent(new CustomEvent("fatalerror", { detail: next.error }));
    }
  }

  #key = (event: KeyboardEvent): void => {
    const store = this.#store;
    const [target] = event.composedPath();
    if (store === undefined || this.bare || event.defaultPrevented || takesKeys(target, event.key)) return;
    const action = actionOf(event);
    if (action === undefined) return;
    event.preventDefault();
    this.#act(action.request({ skipInactive: store.state.skipInactive, durationMs: store.state.durationMs }));
  };

  #asked = (event: Event): void => {
    event.stopPropagation();
    this.#act((event as CustomEvent<PlayerRequest>).detail);
  };

  #act(asked: PlayerRequest): void {
    if (this.#store === undefined || handleRequest(this.#store, asked)) return;
    if (asked.type === "keys") this.keys?.toggle();
    else if (document.fullscreenElement === null) {
      // Refused without a gesture, or where it is not allowed: the button simply does nothing.
      this.requestFullscreen?.().catch(() => {});
    } else document.exitFullscreen().catch(() => {});
  }

  #flawed = (event: CustomEvent<SurfaceTrouble>): void => {
    this.flawedParts += event.detail.parts ?? 0;
  };

  #fullChanged = (): void => {
    this.full = document.fullscreenElement === this;
  };
}

/** True when more than the time moved on. */
function differs(before: PlayerState, next: PlayerState): boolean {
  return (Object.keys(next) as (keyof PlayerState)[]).some(
    (name) => !MOVING.has(name) && !Object.is(before[name], next[name]),
  );
}
const MOVING: ReadonlySet<keyof PlayerState> = new Set([
  "currentTimeMs",
  "durationMs",
  "behindMs",
  "buffered",
]);

/** Where a key means something to what has the focus: fields always, buttons only for the keys that press them. */
function takesKeys(target: EventTarget | undefined, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.matches("input, textarea, select, [contenteditable='']")) return true;
  return target.matches("button, a[href]") && (key === " " || key === "Enter");
}

declare global {
  interface HTMLElementTagNameMap {
    "reeltime-player": ReeltimePlayer;
  }
}
