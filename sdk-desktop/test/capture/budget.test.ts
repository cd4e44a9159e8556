import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteBudget } from "../../src/capture/budget.js";
import { BURST_MS, MAX_THINNED_MS } from "../../src/capture/limits.js";

describe("a budget of bytes", () => {
  it("begins full, runs short, is spent, and earns all again", () => {
    const budget = new ByteBudget(1_000, 0);
    expect(budget.level(0)).toBe("plenty");
    budget.spend(3_500, 0);
    expect(budget.level(0)).toBe("short");
    expect(budget.spareBytes(0)).toBe(0);
    budget.spend(1_500, 0);
    expect(budget.level(0)).toBe("spent");
    expect(budget.waitMs(0)).toBe(1_000);
    expect(budget.waitMs(1_000)).toBe(0);
    expect(budget.level(BURST_MS + 1_000)).toBe("plenty");
    expect(budget.spareBytes(60_000)).toBe(2_000);
  });

  it("gives back what a refused paint would have cost, but no more than it can hold", () => {
    const budget = new ByteBudget(1_000, 0);
    budget.spend(2_000, 0);
    budget.spend(-2_000, 0);
    budget.spend(-9_000, 0);
    expect(budget.spareBytes(0)).toBe(2_000);
  });

  it("keeps no change waiting for ever, whatever was spent", () => {
    const budget = new ByteBudget(1, 0);
    budget.spend(1e9, 0);
    expect(budget.waitMs(0)).toBe(MAX_THINNED_MS);
  });

  it("lets no more pass than was earned and saved, when its waits are kept", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2_500 }), { maxLength: 200 }), (paints) => {
        const budget = new ByteBudget(1_000, 0);
        let now = 0;
        let spent = 0;
        for (const bytes of paints) {
          now += Math.max(100, budget.waitMs(now));
          // A paint is begun only out of debt, so that it exceeds what there is by itself at the most.
          expect(spent).toBeLessThanOrEqual(4_000 + now + 0.001);
          budget.spend(bytes, now);
          spent += bytes;
        }
      }),
    );
  });

  it("takes a clock that stands still for no gain", () => {
    const budget = new ByteBudget(1_000, 5_000);
    budget.spend(4_000, 5_000);
    expect(budget.level(4_000)).toBe("spent");
    expect(budget.level(5_000)).toBe("spent");
  });
});
