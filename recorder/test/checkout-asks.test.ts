import { describe, expect, it } from "vitest";
import { CheckoutAsks } from "../src/checkout-asks.js";
import { CHECKOUT_EVENTS, CHECKOUT_FLOOR_BYTES, CHECKOUT_MULTIPLE } from "../src/limits.js";
import type { Frame, SessionState, WindowId, WriterId } from "../src/protocol/index.js";
import { applyFrame, emptyState } from "../src/session-state.js";
import { frame } from "./support/frames.js";

const OPENED_MS = 1_700_000_000_000;
const A = "window-a" as WindowId;
const B = "window-b" as WindowId;

/** A session of which only sizes matter. */
class Sizes {
  readonly asks = new CheckoutAsks();
  #state: SessionState = emptyState(OPENED_MS);
  #seqNum = 2;

  add(window: WindowId, size: number, over: Partial<Frame> = {}): readonly WindowId[] {
    const writer = `writer-${window}` as WriterId;
    const { envelope } = frame({ number: this.#seqNum, firstMs: OPENED_MS, window, writer, ...over });
    const placed = { envelope, size, offsetMs: 0, seqNum: this.#seqNum, nextSeqNum: this.#seqNum + 1 };
    this.#seqNum += 1;
    this.#state = applyFrame(this.#state, placed, OPENED_MS);
    this.asks.heard(placed, this.#state);
    return this.asks.asked(this.#state);
  }
}

describe("asking for checkouts", () => {
  it("waits until the bytes since pass a multiple of the snapshot, and of the floor for small ones", () => {
    const small = new Sizes();
    expect(small.add(A, 1_000, { checkout: true })).toEqual([]);
    expect(small.add(A, CHECKOUT_MULTIPLE * CHECKOUT_FLOOR_BYTES)).toEqual([]);
    expect(small.add(A, 1)).toEqual([A]);
    expect(small.add(A, 1_000, { checkout: true })).toEqual([]);
    const large = new Sizes();
    large.add(A, 1_000_000, { checkout: true });
    expect(large.add(A, CHECKOUT_MULTIPLE * 1_000_000)).toEqual([]);
    expect(large.add(A, 1)).toEqual([A]);
  });

  it("asks an idle window for the bytes that others write, weighed by all live snapshots", () => {
    const sizes = new Sizes();
    sizes.add(A, 500_000, { checkout: true });
    sizes.add(B, 500_000, { checkout: true });
    expect(sizes.add(B, CHECKOUT_MULTIPLE * 1_000_000 - 500_000)).toEqual([]);
    expect(sizes.add(B, 1)).toEqual([A]);
    expect(sizes.add(B, 500_000)).toEqual([B, A]);
  });

  it("asks when a seek would pass a bound of events", () => {
    const sizes = new Sizes();
    sizes.add(A, 10, { checkout: true, events: 1 });
    expect(sizes.add(A, 10, { events: CHECKOUT_EVENTS })).toEqual([]);
    expect(sizes.add(A, 10, { events: 1 })).toEqual([A]);
  });

  it("asks no more of a window that has said that it ends", () => {
    const sizes = new Sizes();
    expect(sizes.add(A, 10)).toEqual([A]);
    expect(sizes.add(A, 10, { kind: "close", events: 0 })).toEqual([]);
  });
});
