import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { styleMap } from "lit/directives/style-map.js";
import type { PlayerState, PlayerWindow, SurfacePort } from "../../store/index.js";
import { base, controls, marks } from "../../style/index.js";
import { DomSurface, type SurfaceTrouble } from "../../surfaces/dom-surface.js";
import { icons } from "../icons.js";
import { request } from "../request.js";
import { fit } from "./fit.js";
import { stageStyles } from "./stage-styles.js";

/** Height of the bar above the page. */
const CHROME_PX = 35;
/** A skeleton shows only when loading takes longer than this. */
const SKELETON_AFTER_MS = 150;

/**
 * The stage: the recorded page in a frame with its address and the session's windows, fitted to the room there
 * is, and what is to be said when there is no page to show.
 */
@customElement("reeltime-player-stage")
export class ReeltimePlayerStage extends LitElement {
  static override styles = [base, controls, marks, stageStyles];

  /** What the store says. */
  @property({ attribute: false }) accessor state: PlayerState | undefined;
  /** Only the page, without frame and words. */
  @property({ type: Boolean }) accessor bare = false;
  /** The operator lets recorded images and stylesheets load from other origins. */
  @property({ type: Boolean, attribute: "allow-remote" }) accessor allowRemote = false;

  @query(".page") private accessor page!: HTMLElement | null;
  @state() private accessor room: readonly [number, number] = [0, 0];
  @state() private accessor viewport: readonly [number, number] | undefined;
  @state() private accessor address = "";
  @state() private accessor slow = false;
  #surface: DomSurface | undefined;
  #slowTimer: ReturnType<typeof setTimeout> | undefined;

  readonly #sizes = new ResizeObserver(([entry]) => {
    const { width = 0, height = 0 } = entry?.contentRect ?? {};
    this.room = [width, height];
  });

  /** What the store drives; once the element is in the document and has drawn itself. */
  get surface(): SurfacePort | undefined {
    return this.#surface;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
    clearTimeout(this.#slowTimer);
  }

  override firstUpdated(): void {
    if (this.page === null) return;
    this.#surface = new DomSurface(
      this.page,
      {
        resized: (width, height) => {
          this.viewport = [width, height];
        },
        page: (url) => {
          this.address = url;
        },
        trouble: (trouble) =>
          this.dispatchEvent(
            new CustomEvent<SurfaceTrouble>("surfacetrouble", {
              detail: trouble,
              bubbles: true,
              composed: true,
            }),
          ),
      },
      { allowRemote: this.allowRemote, ownOrigin: location.origin },
    );
  }

  override willUpdate(): void {
    const loading = this.state === undefined || this.state.phase === "loading" || this.state.waiting;
    if (!loading) {
      clearTimeout(this.#slowTimer);
      this.#slowTimer = undefined;
      this.slow = false;
    } else if (this.#slowTimer === undefined) {
      this.#slowTimer = setTimeout(() => {
        this.slow = true;
      }, SKELETON_AFTER_MS);
    }
  }

  override render(): TemplateResult {
    const [width, height] = this.viewport ?? [1280, 800];
    const chrome = this.bare ? 0 : CHROME_PX;
    const place = fit(width, height, this.room[0], this.room[1] - chrome);
    const shown = this.viewport !== undefined && this.state?.phase !== "empty";
    return html`
      <div class="frame" ?hidden=${place.width === 0} style=${styleMap({ width: `${place.width}px` })}>
        ${this.bare ? nothing : this.#chrome(shown)}
        <div class="view" style=${styleMap({ height: `${place.height}px` })}>
          <div
            class="page"
            style=${styleMap({
              width: `${width}px`,
              height: `${height}px`,
              transform: `scale(${place.scale})`,
              visibility: shown ? "visible" : "hidden",
            })}
          ></div>
          ${this.#cover(shown)}
        </div>
      </div>
    `;
  }

  #chrome(shown: boolean): TemplateResult {
    const { state } = this;
    const windows = state?.windows ?? [];
    const active = windows.find(({ id }) => id === state?.activeWindow);
    const url = active?.url || this.address;
    const [width, height] = this.viewport ?? [0, 0];
    return html`<div class="chrome">
      ${
        windows.length > 1
          ? html`<div class="tabs" role="tablist" aria-label="Windows of this session">
              ${windows.map((window, index) => this.#tab(window, index))}
            </div>
            <button
              class="btn bare icon follow"
              aria-pressed=${state?.windowChosen === true ? "false" : "true"}
              aria-label="Follow the window in use"
              title=${state?.windowChosen === true ? "Follow the window in use" : "Following the window in use"}
              @click=${() => request(this, { type: "window", window: state?.windowChosen === true ? undefined : state?.activeWindow })}
            >
              ${icons.follow}
            </button>`
          : nothing
      }
      <span class="url clip" title=${url}>${shortAddress(url)}</span>
      ${shown ? html`<span class="size">${Math.round(width)} × ${Math.round(height)}</span>` : nothing}
    </div>`;
  }

  #tab(window: PlayerWindow, index: number): TemplateResult {
    const on = window.id === this.state?.activeWindow;
    const name = window.title || shortAddress(window.url) || `Window ${index + 1}`;
    return html`<button
      role="tab"
      class="tab clip"
      aria-selected=${on ? "true" : "false"}
      title=${name}
      @click=${() => request(this, { type: "window", window: window.id })}
    >
      ${name}
    </button>`;
  }

  #cover(shown: boolean): unknown {
    const { state } = this;
    if (state?.phase === "error") return this.#problem(state.error?.message ?? "", state.error?.code ?? "");
    if (state?.phase === "empty") return this.#empty(state);
    if (!this.slow) return nothing;
    if (shown)
      return html`<div class="waiting" role="status"><span class="bone"></span><span class="said">Loading</span></div>`;
    return html`<div class="skeleton" role="status">
      <span class="said">Loading</span>
      <span class="bone" style="width:38%;height:22px"></span>
      <span class="bone" style="width:82%"></span><span class="bone" style="width:74%"></span>
      <span class="bone" style="width:56%"></span>
      <span class="bone" style="width:100%;flex:1"></span>
    </div>`;
  }

  #empty(state: PlayerState): TemplateResult {
    const closed = state.presence === "closed";
    return html`<div class="cover">
      ${closed ? nothing : html`<span class="dot pulse"></span>`}
      <b>${closed ? "Nothing was recorded" : "Waiting for the first frame"}</b>
      <span>${
        closed
          ? "This session ended before a picture of its page arrived."
          : "This session is open. Its page appears here as soon as it sends one."
      }</span>
    </div>`;
  }

  #problem(message: string, code: string): TemplateResult {
    const words = PROBLEMS[code] ?? `The recording cannot be played: ${message}.`;
    return html`<div class="cover" role="alert">
      <span class="sign">${icons.warn}</span>
      <b>${words}</b>
      ${code === "not_found" ? nothing : html`<button class="btn" @click=${() => request(this, { type: "retry" })}>Try again</button>`}
    </div>`;
  }
}

const PROBLEMS: Readonly<Record<string, string>> = {
  network: "The server cannot be reached.",
  unavailable: "The server is not ready. It may be starting.",
  not_found: "There is no such session. It may have been erased.",
  unauthorized: "You are signed out. Sign in and try again.",
  forbidden: "You may not watch this session.",
  rate_limited: "Too many requests. Wait a moment and try again.",
};

/** An address without its scheme and a lone slash, as browsers show it. */
function shortAddress(url: string): string {
  return url.replace(/^https?:\/\//, "").replace(/\/$/, "");
}

declare global {
  interface HTMLElementTagNameMap {
    "reeltime-player-stage": ReeltimePlayerStage;
  }
}
