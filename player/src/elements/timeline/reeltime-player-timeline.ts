import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { styleMap } from "lit/directives/style-map.js";
import type { PlayerState, TimeSpan } from "../../store/index.js";
import { base } from "../../style/index.js";
import { FACT_LOOKS, factWords } from "../fact-words.js";
import { clockTime, spokenTime } from "../format-time.js";
import { request } from "../request.js";
import { BAR_PX, barHeights, barsPath, type Mark, marksOf } from "./timeline-model.js";
import { timelineStyles } from "./timeline-styles.js";

const HEIGHT = 30;
const MARK_PX = 9;
const REASONS = {
  overflow: "the page produced more than its queue holds",
  too_large: "it was too large",
  storage: "the browser had no room",
  error: "it could not be written",
  rate: "the policy refused it",
} as const;

/**
 * The timeline of a session: its activity, with what happened above it, what is loaded below it, idle stretches
 * and gaps in it. Drag or click to seek. Asks by {@link PlayerRequest} events.
 */
@customElement("reeltime-player-timeline")
export class ReeltimePlayerTimeline extends LitElement {
  static override styles = [base, timelineStyles, css``];

  /** What the store says. */
  @property({ attribute: false }) accessor state: PlayerState | undefined;
  @state() private accessor width = 0;
  /** Where the pointer is, 0 to 1. */
  @state() private accessor hover: number | undefined;
  @state() private accessor dragging = false;

  readonly #sizes = new ResizeObserver(([entry]) => {
    this.width = Math.round(entry?.contentRect.width ?? 0);
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
  }

  override render(): TemplateResult {
    const { state } = this;
    const durationMs = state?.durationMs ?? 0;
    const at = durationMs > 0 && state !== undefined ? Math.min(1, state.currentTimeMs / durationMs) : 0;
    const marks = this.#marks();
    return html`
      <div
        class="track ${this.dragging ? "dragging" : ""}"
        role="slider"
        tabindex="0"
        aria-label="Timeline"
        aria-valuemin="0"
        aria-valuemax=${Math.round(durationMs / 1000)}
        aria-valuenow=${Math.round((state?.currentTimeMs ?? 0) / 1000)}
        aria-valuetext=${`${spokenTime(state?.currentTimeMs ?? 0)} of ${spokenTime(durationMs)}`}
        @pointerdown=${this.#down}
        @pointermove=${this.#move}
        @pointerup=${this.#up}
        @pointercancel=${this.#up}
        @pointerleave=${this.#leave}
      >
        ${guard([state?.idle, state?.gaps, durationMs], () => this.#spans(durationMs))}
        <div class="bars rest">${this.#bars()}</div>
        <div class="bars past" style=${styleMap({ clipPath: `inset(0 ${(100 - at * 100).toFixed(3)}% 0 0)` })}>
          ${this.#bars()}
        </div>
        ${guard([state?.buffered, durationMs], () => this.#buffered(durationMs))}
        ${guard([state?.facts, durationMs, this.width], () => this.#drawMarks(marks))}
        <div class="head" style=${styleMap({ left: `${at * 100}%` })}></div>
        ${this.#tip(marks, durationMs)}
      </div>
    `;
  }

  #bars(): unknown {
    const { state, width } = this;
    if (state === undefined || width === 0) return nothing;
    // A live session grows each moment; its bars need to follow only by the second.
    const durationMs = Math.max(1_000, Math.ceil(state.durationMs / 1_000) * 1_000);
    return guard([state.activity, durationMs, width], () => {
      const bars = Math.floor(width / BAR_PX);
      const path = barsPath(barHeights(state.activity, durationMs, bars), HEIGHT);
      return html`<svg viewBox="0 0 ${bars * BAR_PX} ${HEIGHT}" preserveAspectRatio="none"><path d=${path} /></svg>`;
    });
  }

  #spans(durationMs: number): unknown {
    const place = ({ fromMs, toMs }: TimeSpan): Readonly<Record<string, string>> => ({
      left: `${(fromMs / durationMs) * 100}%`,
      width: `${((toMs - fromMs) / durationMs) * 100}%`,
    });
    if (durationMs <= 0) return nothing;
    return [
      ...(this.state?.idle ?? []).map(
        (span) => html`<div class="idle" style=${styleMap(place(span))}></div>`,
      ),
      ...(this.state?.gaps ?? []).map((span) => html`<div class="gap" style=${styleMap(place(span))}></div>`),
    ];
  }

  #buffered(durationMs: number): unknown {
    if (durationMs <= 0) return nothing;
    return (this.state?.buffered ?? []).map(({ fromMs, toMs }) => {
      const left = `${(fromMs / durationMs) * 100}%`;
      return html`<div class="loaded" style=${styleMap({ left, width: `${((toMs - fromMs) / durationMs) * 100}%` })}></div>`;
    });
  }

  #marks(): readonly Mark[] {
    const { state, width } = this;
    if (state === undefined || width === 0) return [];
    return marksOf(state.facts, state.startMs, state.durationMs, MARK_PX / width);
  }

  #drawMarks(marks: readonly Mark[]): unknown {
    return marks.map(({ fact, at }) => {
      const look = FACT_LOOKS[fact.type];
      return html`<svg
        class="mark ${fact.type}"
        viewBox="0 0 10 10"
        style=${styleMap({ left: `${at * 100}%`, "--c": `var(${look.colour})` })}
      >${look.shape}</svg>`;
    });
  }

  #tip(marks: readonly Mark[], durationMs: number): unknown {
    if (this.hover === undefined || durationMs <= 0) return nothing;
    const hover = this.hover;
    const near = marks.find(({ at }) => Math.abs(at - hover) * this.width <= MARK_PX - 1);
    const at = near?.at ?? hover;
    const gap = this.state?.gaps.find(
      ({ fromMs, toMs }) => fromMs <= at * durationMs && at * durationMs <= toMs,
    );
    const idle = this.state?.idle.some(
      ({ fromMs, toMs }) => fromMs <= at * durationMs && at * durationMs <= toMs,
    );
    const left = `clamp(0px, ${(at * 100).toFixed(2)}%, 100%)`;
    return html`<div class="needle" style=${styleMap({ left })}></div>
      <div class="tip" style=${styleMap({ left, transform: `translateX(${(-at * 100).toFixed(1)}%)` })}>
        <b>${clockTime(at * durationMs)}</b>
        ${
          near !== undefined
            ? html`<svg class="mark" viewBox="0 0 10 10" style=${styleMap({ "--c": `var(${FACT_LOOKS[near.fact.type].colour})` })}>${FACT_LOOKS[near.fact.type].shape}</svg>
              <span class="clip">${factWords(near.fact)}</span>${near.count > 1 ? html`<i>+${near.count - 1}</i>` : nothing}`
            : gap !== undefined
              ? html`<span class="clip">${gap.events} events were not recorded: ${REASONS[gap.reason]}</span>`
              : idle === true
                ? html`<i>Idle</i>`
                : nothing
        }
      </div>`;
  }

  #place(event: PointerEvent): number {
    const box = this.getBoundingClientRect();
    return box.width === 0 ? 0 : Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  }

  #down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.dragging = true;
    const place = this.#place(event);
    this.hover = place;
    const near = this.#marks().find(({ at }) => Math.abs(at - place) * this.width <= MARK_PX - 1);
    const top = this.getBoundingClientRect().top;
    // On a mark's own row a click means that fact, to the millisecond.
    if (near !== undefined && event.clientY - top < 16) request(this, { type: "fact", fact: near.fact });
    else this.#seek(place);
  };

  #move = (event: PointerEvent): void => {
    this.hover = this.#place(event);
    if (this.dragging) this.#seek(this.hover);
  };

  #up = (event: PointerEvent): void => {
    this.dragging = false;
    if (event.pointerType !== "mouse") this.hover = undefined;
  };

  #leave = (): void => {
    if (!this.dragging) this.hover = undefined;
  };

  #seek(place: number): void {
    request(this, { type: "seek", toMs: place * (this.state?.durationMs ?? 0) });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "reeltime-player-timeline": ReeltimePlayerTimeline;
  }
}
