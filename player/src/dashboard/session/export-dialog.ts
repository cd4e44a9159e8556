import type { SessionId } from "@reeltime/recorder/protocol";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { base, controls } from "../../style/index.js";
import { icon } from "../icons.js";
import { type ExportApi, VideoExport, type VideoExportState } from "../model/video-export.js";
import { counted, spokenBytes } from "../words/counts.js";
import { spokenDuration } from "../words/duration.js";
import { dialogStyle } from "./dialog.style.js";

/** What is being done, in words. */
const STEPS = {
  queued: "Waiting for its turn",
  reading: "Looking through the session",
  painting: "Making the video",
  finishing: "Finishing the file",
} as const satisfies Record<(VideoExportState & { readonly phase: "making" })["step"], string>;

/** Makes a session into a video: asks for it, shows how far it is, hands it over. It goes on when this is closed. */
@customElement("rt-export-dialog")
export class ExportDialogElement extends LitElement {
  static override styles = [
    base,
    controls,
    dialogStyle,
    css`
      p {
        text-wrap: pretty;
      }
      .bar {
        height: 6px;
        border-radius: 99px;
        background: var(--line);
        overflow: hidden;
      }
      .bar span {
        display: block;
        height: 100%;
        border-radius: inherit;
        background: var(--accent);
        transition: width 300ms var(--ease);
      }
      .how {
        display: flex;
        justify-content: space-between;
        gap: var(--s3);
        color: var(--muted);
        font-size: var(--t-sm);
        font-variant-numeric: tabular-nums;
      }
      .wrong {
        padding: var(--s3);
        border-radius: var(--r-md);
        background: var(--error-soft);
        font-size: var(--t-sm);
        overflow-wrap: anywhere;
      }
      .wrong b {
        display: block;
        color: var(--error);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) accessor api: ExportApi | undefined;
  @property({ attribute: false }) accessor sessionId: SessionId | undefined;
  /** The session goes on: a video has what there is so far. */
  @property({ type: Boolean }) accessor running = false;
  @state() private accessor video: VideoExportState = { phase: "asking" };
  @query("dialog") private accessor dialog: HTMLDialogElement | null = null;
  #export: VideoExport | undefined;

  /** Opens, and looks how the video is. */
  open(): void {
    const { api, sessionId } = this;
    if (api === undefined || sessionId === undefined) return;
    this.#export?.close();
    this.video = { phase: "asking" };
    this.#export = new VideoExport({
      api,
      session: sessionId,
      changed: (next) => {
        this.video = next;
      },
      after: (ms, callback) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
    });
    this.dialog?.showModal();
    void this.#export.look();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#export?.close();
  }

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @close=${() => this.#export?.close()}>
      <h2 id="title">Export video</h2>
      ${this.#body(this.video)}
    </dialog>`;
  }

  #body(video: VideoExportState): TemplateResult {
    switch (video.phase) {
      case "asking":
        return html`<p class="muted" role="status">One moment…</p>
          ${this.#actions(nothing)}`;
      case "none":
        return html`<p class="muted">
            An MP4 of ${this.running ? "the session so far" : "the whole session"}, all displays in their arrangement, with
            the pointer and clicks drawn in.
          </p>
          ${this.#actions(html`<button class="btn primary" autofocus @click=${() => this.#export?.begin()}>Make the video</button>`)}`;
      case "making":
        return this.#making(video);
      case "ready":
        return this.#ready(video);
      case "failed":
        return html`<p class="wrong" role="alert"><b>${video.title}</b>${video.text}</p>
          ${this.#actions(html`<button class="btn" @click=${() => this.#export?.begin(true)}>Try again</button>`)}`;
    }
  }

  #making({ step, percent }: VideoExportState & { readonly phase: "making" }): TemplateResult {
    return html`<div
        class="bar"
        role="progressbar"
        aria-label="Making the video"
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${percent}
      >
        <span style="width:${percent}%"></span>
      </div>
      <p class="how" role="status">
        <span>${STEPS[step]}</span><span>${step === "queued" ? nothing : `${percent} %`}</span>
      </p>
      <p class="muted">It is made on the server and goes on when you leave.</p>
      ${this.#actions(html`<button class="btn" @click=${() => this.#export?.cancel()}>Cancel</button>`, "Leave it running")}`;
  }

  #ready(video: VideoExportState & { readonly phase: "ready" }): TemplateResult {
    const facts = [spokenDuration(video.durationMs), video.size, spokenBytes(video.bytes)].join(" · ");
    const stale = !video.whole;
    return html`<p>${facts}</p>
      ${stale ? html`<p class="muted">Made while the session went on: it has what there was then.</p>` : nothing}
      ${
        video.dropped > 0
          ? html`<p class="muted">${counted(video.dropped, "damaged part")} of the recording left out.</p>`
          : nothing
      }
      ${this.#actions(html`
        ${stale ? html`<button class="btn" @click=${() => this.#export?.begin(true)}>Make it again</button>` : nothing}
        <a class="btn primary" href="/v1/sessions/${this.sessionId}/export?format=mp4" download autofocus>
          ${icon("download")}Download MP4
        </a>
      `)}`;
  }

  #actions(more: TemplateResult | typeof nothing, close = "Close"): TemplateResult {
    return html`<div class="actions">
      <button class="btn" @click=${() => this.dialog?.close()}>${close}</button>
      ${more}
    </div>`;
  }
}
