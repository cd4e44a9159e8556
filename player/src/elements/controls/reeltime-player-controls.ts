import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { PLAYBACK_RATES, type PlayerState } from "../../store/index.js";
import { base, controls, marks } from "../../style/index.js";
import { clockTime, spanTime } from "../format-time.js";
import { icons } from "../icons.js";
import { request } from "../request.js";
import { controlsStyles } from "./controls-styles.js";

/** The player's buttons. Asks by {@link PlayerRequest} events. */
@customElement("reeltime-player-controls")
export class ReeltimePlayerControls extends LitElement {
  static override styles = [base, controls, marks, controlsStyles];

  /** What the store says. */
  @property({ attribute: false }) accessor state: PlayerState | undefined;
  /** True while the player fills the screen. */
  @property({ type: Boolean }) accessor full = false;

  override render(): TemplateResult {
    const { state } = this;
    const ended = state?.mode === "ended";
    const moving = state !== undefined && !state.paused;
    const word = ended ? "Play again" : moving ? "Pause" : "Play";
    return html`<div class="row">
      <button class="play" @click=${() => request(this, { type: "toggle" })} aria-label=${word} title="${word} (Space)">
        ${ended ? icons.again : moving ? icons.pause : icons.play}
      </button>
      <span class="clock"><b>${clockTime(state?.currentTimeMs ?? 0)}</b> <i>/ ${clockTime(state?.durationMs ?? 0)}</i></span>
      <button class="btn bare icon" @click=${() => request(this, { type: "step", byMs: -5_000 })} aria-label="Back 5 seconds" title="Back 5 s (J)">
        ${icons.back}
      </button>
      <button class="btn bare icon" @click=${() => request(this, { type: "step", byMs: 5_000 })} aria-label="Ahead 5 seconds" title="Ahead 5 s (L)">
        ${icons.ahead}
      </button>
      <button
        class="btn bare icon facts"
        @click=${() => request(this, { type: "prev-fact" })}
        aria-label="Previous fact"
        title="Previous fact (Shift ←)"
      >
        ${icons.previous}
      </button>
      <button
        class="btn bare icon facts"
        @click=${() => request(this, { type: "next-fact" })}
        aria-label="Next fact"
        title="Next fact (Shift →)"
      >
        ${icons.next}
      </button>
      <label class="rate" title="Speed (< and >)">
        <span class="said">Speed</span>
        <select @change=${this.#rate}>
          ${PLAYBACK_RATES.map((rate) => html`<option value=${rate} .selected=${rate === (state?.playbackRate ?? 1)}>${rate}×</option>`)}
        </select>
      </label>
      <button
        class="btn bare skip"
        aria-pressed=${state?.skipInactive === true ? "true" : "false"}
        @click=${() => request(this, { type: "skip", skip: state?.skipInactive !== true })}
        title="Go fast through idle stretches (S)"
      >
        ${icons.skip}<span class="word">Skip idle</span><kbd>S</kbd>
      </button>
      <span class="grow"></span>
      <span class="edges">${this.#edge()}</span>
      <span class="break"></span>
      <button class="btn bare icon keys" @click=${() => request(this, { type: "keys" })} aria-label="Keys" title="Keys (?)">
        ${icons.keys}
      </button>
      <button
        class="btn bare icon full"
        @click=${() => request(this, { type: "fullscreen" })}
        aria-label=${this.full ? "Leave full screen" : "Full screen"}
        title="Full screen (F)"
      >
        ${this.full ? icons.leave : icons.full}
      </button>
      <span class="said" role="status" aria-live="polite">${this.#said()}</span>
    </div>`;
  }

  #edge(): unknown {
    const { state } = this;
    if (state === undefined || state.session === undefined || state.phase !== "ready") return nothing;
    if (state.presence === "closed")
      return state.mode === "ended" ? html`<span class="note">Ended</span>` : nothing;
    const away = state.presence === "away";
    if (state.mode === "live") {
      return away
        ? html`<span class="edge still away" title="Nothing has come from this visitor for 45 seconds"><span class="dot"></span>Away</span>`
        : html`<span class="edge still"><span class="dot pulse"></span>Live</span>`;
    }
    return html`
      <span class="note">${this.#behindWords()}</span>
      <button class="btn edge" @click=${() => request(this, { type: "live" })} title="Jump to live (E)">
        <span class="dot"></span>Jump to live
      </button>
    `;
  }

  #behindWords(): string {
    const { state } = this;
    if (state === undefined) return "";
    if (state.connection === "waiting" || state.connection === "connecting") return "Reconnecting";
    if (state.connection === "failed" || state.connection === "resting") return "Not connected";
    return state.behindMs < 1_000 ? "" : `${spanTime(state.behindMs)} behind`;
  }

  /** What a screen reader hears when it changes; never the running time. */
  #said(): string {
    const { state } = this;
    if (state === undefined) return "";
    if (state.mode === "live") return state.presence === "away" ? "Away" : "Live";
    if (state.mode === "ended") return "Ended";
    if (state.skipping) return "Skipping idle";
    return state.paused ? "Paused" : state.waiting ? "Loading" : "Playing";
  }

  #rate = (event: Event): void => {
    const select = event.currentTarget as HTMLSelectElement;
    request(this, { type: "rate", rate: Number(select.value) });
    // The keys belong to the player again.
    select.blur();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "reeltime-player-controls": ReeltimePlayerControls;
  }
}
