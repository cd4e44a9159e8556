import { CHECKOUT_EVENTS, CHECKOUT_FLOOR_BYTES, CHECKOUT_MULTIPLE } from "./limits.js";
import type { SessionState, WindowId } from "./protocol/index.js";
import type { PlacedFrame } from "./session-state.js";

/**
 * Which windows should send a checkout. Checkouts are paid for, not scheduled: a window is asked when what the whole
 * session has written since its last one passes a multiple of what all live windows' checkouts weigh, or a bound of
 * events; and at once when playback of it has nowhere to start, or would cross something that was dropped.
 */
export class CheckoutAsks {
  /** Windows that have sent something, but no checkout that counts. */
  readonly #owing = new Set<WindowId>();
  /** The session's events just after each live window's checkout; a window taken over counts from then. */
  readonly #eventsAt = new Map<WindowId, number>();

  /** Hears of a frame, in the order of the stream; `state` is the one just after it. */
  heard({ envelope, seqNum }: PlacedFrame, state: SessionState): void {
    const known = state.windows.find(({ window }) => window === envelope.window);
    if (known?.checkoutSeqNum === seqNum) {
      this.#owing.delete(envelope.window);
      this.#eventsAt.set(envelope.window, state.totals.events);
    } else if (envelope.kind === "close") this.#owing.delete(envelope.window);
    else if (envelope.kind === "lost" || known === undefined) this.#owing.add(envelope.window);
    if (this.#eventsAt.size > 2 * state.windows.length + 8) this.#forget(state);
    if (this.#owing.size > MAX_OWING) this.#owing.clear();
  }

  /** The windows to ask, as of `state`. */
  asked(state: SessionState): readonly WindowId[] {
    const weight = state.windows.reduce((sum, { checkoutBytes }) => sum + checkoutBytes, 0);
    const bound = CHECKOUT_MULTIPLE * Math.max(weight, CHECKOUT_FLOOR_BYTES);
    const { bytes, events } = state.totals;
    let asked: WindowId[] | undefined;
    for (const { window, bytesAtCheckout } of state.windows) {
      const eventsAt = this.#eventsAt.get(window);
      if (eventsAt === undefined) this.#eventsAt.set(window, events);
      const due = bytes - bytesAtCheckout > bound || events - (eventsAt ?? events) > CHECKOUT_EVENTS;
      if (due && !this.#owing.has(window)) asked = [...(asked ?? []), window];
    }
    if (this.#owing.size === 0) return asked ?? NONE;
    return [...(asked ?? []), ...this.#owing];
  }

  #forget(state: SessionState): void {
    const live = new Set(state.windows.map(({ window }) => window));
    for (const window of this.#eventsAt.keys()) if (!live.has(window)) this.#eventsAt.delete(window);
  }
}

const MAX_OWING = 256;
const NONE: readonly WindowId[] = [];
