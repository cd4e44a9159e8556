import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { styleMap } from "lit/directives/style-map.js";
import type { PlayerState, SurfaceKind, SurfacePort } from "../../store/index.js";
import { base, controls, marks } from "../../style/index.js";
import { DomSurface } from "../../surfaces/dom-surface.js";
import { ScreenSurface } from "../../surfaces/screen/screen-surface.js";
import { StageSurface } from "../../surfaces/stage-surface.js";
import type { SurfaceTrouble } from "../../surfaces/surface-trouble.js";
import { icons } from "../icons.js";
import { request } from "../request.js";
import { type Fit, fit, fitPicture } from "./fit.js";
import { screenStyles } from "./screen-styles.js";
import { shortAddress } from "./short-address.js";
import { stageStyles } from "./stage-styles.js";
import { windowTabs } from "./window-tabs.js";

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
  static override styles = [base, controls, marks, stageStyles, screenStyles];

  /** What the store says. */
  @property({ attribute: false }) accessor state: PlayerState | undefined;
  /** Only the page, without frame and words. */
  @property({ type: Boolean }) accessor bare = false;
  /** The operator lets recorded images and stylesheets load from other origins. */
  @property({ type: Boolean, attribute: "allow-remote" }) accessor allowRemote = false;

  @query(".page") private accessor page!: HTMLElement | null;
  @state() private accessor room: readonly [number, number] = [0, 0];
  @query(".screen") private accessor screen!: HTMLElement | null;
  @state() private accessor kind: SurfaceKind = "dom";
  /** What is recorded: a page's viewport in CSS pixels, or pictures in the desktop's points. */
  @state() private accessor viewport: Viewport | undefined;
  @state() private accessor address = "";
  @state() private accessor slow = false;
  #surface: StageSurface | undefined;
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
    const { page, screen } = this;
    if (page === null || screen === null) return;
    const trouble = (detail: SurfaceTrouble): unknown =>
      this.dispatchEvent(new CustomEvent("surfacetrouble", { detail, bubbles: true, composed: true }));
    this.#surface = new StageSurface({
      make: {
        dom: () =>
          new DomSurface(
            page,
            {
              resized: (width, height) => {
                this.viewport = { width, height, pixelsPerPoint: 1, pictures: 0 };
              },
              page: (url) => {
                this.address = url;
              },
              trouble,
            },
            { allowRemote: this.allowRemote, ownOrigin: location.origin },
          ),
        screen: () =>
          new ScreenSurface(screen, {
            arranged: ({ width, height, scale, places }) => {
              this.viewport = { width, height, pixelsPerPoint: scale, pictures: places.size };
            },
            trouble,
          }),
      },
      shows: (kind) => {
        this.kind = kind;
        this.viewport = undefined;
        this.address = "";
      },
    });
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
    const { width, height } = this.viewport ?? UNKNOWN;
    const place = this.#place();
    const screen = this.kind === "screen";
    const shown = this.viewport !== undefined && this.state?.phase !== "empty";
    return html`
      <div class="frame" ?hidden=${place.width === 0} style=${styleMap({ width: `${place.width}px` })}>
        ${this.bare ? nothing : this.#chrome(shown)}
        <div class=${screen ? "view pictures" : "view"} style=${styleMap({ height: `${place.height}px` })}>
          <div
            class="page"
            style=${styleMap({
              width: `${width}px`,
              height: `${height}px`,
              transform: `scale(${place.scale})`,
              visibility: shown && !screen ? "visible" : "hidden",
            })}
          ></div>
          <div
            class=${(this.viewport?.pictures ?? 0) > 1 ? "screen several" : "screen"}
            ?hidden=${!screen}
            style=${styleMap({ width: `${place.width}px`, visibility: shown ? "visible" : "hidden" })}
          ></div>
          ${this.#cover(shown)}
        </div>
      </div>
    `;
  }

  #place(): Fit {
    const extent = this.viewport ?? UNKNOWN;
    const [width, full] = this.room;
    const height = full - (this.bare ? 0 : CHROME_PX);
    return this.kind === "screen"
      ? fitPicture(extent, width, height, devicePixelRatio)
      : fit(extent.width, extent.height, width, height);
  }

  #chrome(shown: boolean): TemplateResult {
    const { state } = this;
    const windows = state?.windows ?? [];
    const active = windows.find(({ id }) => id === state?.activeWindow);
    const picture = this.kind === "screen" ? active?.title : undefined;
    const url = active?.url || picture || this.address;
    return html`<div class="chrome">
      ${windowTabs(state, this)}
      <span class=${this.kind === "screen" ? "url named clip" : "url clip"} title=${url}>${shortAddress(url)}</span>
      ${shown ? html`<span class="size">${sizeWords(this.viewport ?? UNKNOWN)}</span>` : nothing}
    </div>`;
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
    const what = state.session?.client.sdk.startsWith("desktop") === true ? "screen" : "page";
    return html`<div class="cover">
      ${closed ? nothing : html`<span class="dot pulse"></span>`}
      <b>${closed ? "Nothing was recorded" : "Waiting for the first frame"}</b>
      <span>${
        closed
          ? `This session ended before a picture of its ${what} arrived.`
          : `This session is open. Its ${what} appears here as soon as it sends one.`
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

/** What is recorded, in whose measure; `pictures`: how many of a screen, 0 for a page. */
interface Viewport {
  readonly width: number;
  readonly height: number;
  readonly pixelsPerPoint: number;
  readonly pictures: number;
}

/** A shape to wait in. */
const UNKNOWN: Viewport = { width: 1280, height: 800, pixelsPerPoint: 1, pictures: 0 };

/** A page's size in CSS pixels, a picture's in its own; several are only counted. */
function sizeWords({ width, height, pixelsPerPoint, pictures }: Viewport): string {
  if (pictures > 1) return `${pictures} displays`;
  return `${Math.round(width * pixelsPerPoint)} × ${Math.round(height * pixelsPerPoint)}`;
}

const PROBLEMS: Readonly<Record<string, string>> = {
  network: "The server cannot be reached.",
  unavailable: "The server is not ready. It may be starting.",
  not_found: "There is no such session. It may have been erased.",
  unauthorized: "You are signed out. Sign in and try again.",
  forbidden: "You may not watch this session.",
  rate_limited: "Too many requests. Wait a moment and try again.",
};

declare global {
  interface HTMLElementTagNameMap {
    "reeltime-player-stage": ReeltimePlayerStage;
  }
}
