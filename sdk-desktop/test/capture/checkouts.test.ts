import { describe, expect, it } from "vitest";
import { CheckoutLedger } from "../../src/capture/checkouts.js";
import { CHECKOUT_FLOOR_BYTES, CHECKOUT_MULTIPLE } from "../../src/capture/limits.js";

const whole = (bytes: number) => ({ whole: true, bytes, wholeRefinedBytes: 0 });
const part = (bytes: number, wholeRefinedBytes = 0) => ({ whole: false, bytes, wholeRefinedBytes });

describe("a whole paint is due", () => {
  it("at first, until one was accepted", () => {
    const ledger = new CheckoutLedger();
    expect(ledger.due).toBe(true);
    ledger.paid(whole(1_000));
    expect(ledger.due).toBe(false);
  });

  it("when it is asked for, once", () => {
    const ledger = new CheckoutLedger();
    ledger.paid(whole(1_000));
    ledger.ask();
    ledger.ask();
    expect(ledger.due).toBe(true);
    ledger.paid(whole(1_000));
    expect(ledger.due).toBe(false);
  });

  it("when what came since passes the floor, of a picture that weighs little", () => {
    const ledger = new CheckoutLedger();
    ledger.paid(whole(1_000));
    ledger.paid(part(CHECKOUT_FLOOR_BYTES));
    expect(ledger.due).toBe(false);
    ledger.paid(part(1));
    expect(ledger.due).toBe(true);
  });

  it("when what came since weighs a multiple of it and of its refinement, and so never for refinement alone", () => {
    const ledger = new CheckoutLedger();
    ledger.paid(whole(200_000));
    for (let times = 0; times < 100; times++) ledger.paid(part(0, 40_000));
    expect(ledger.due).toBe(false);
    ledger.paid(part(CHECKOUT_MULTIPLE * 4_200_000));
    expect(ledger.due).toBe(false);
    ledger.paid(part(1));
    expect(ledger.due).toBe(true);
  });
});
