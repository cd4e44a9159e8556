import { describe, expect, it } from "vitest";
import { clockDuration, spokenDuration } from "../../../src/dashboard/words/duration.js";
import { fullTime, spokenWhen } from "../../../src/dashboard/words/when.js";

const S = 1_000;
const MIN = 60 * S;
const H = 60 * MIN;
const DAY = 24 * H;

describe("durations", () => {
  it.each([
    [0, "0:00"],
    [999, "0:00"],
    [41 * S, "0:41"],
    [4 * MIN + 12 * S, "4:12"],
    [59 * MIN + 59 * S + 999, "59:59"],
    [H, "1:00:00"],
    [25 * H + 2 * MIN + 3 * S, "25:02:03"],
    [-5 * S, "0:00"],
    [Number.NaN, "0:00"],
  ])("a clock shows %d ms as %s", (ms, shown) => {
    expect(clockDuration(ms)).toBe(shown);
  });

  it.each([
    [0, "0 s"],
    [41 * S, "41 s"],
    [91 * S, "1 min 31 s"],
    [2 * MIN, "2 min"],
    [2 * H + 5 * MIN + 9 * S, "2 h 5 min"],
    [DAY, "1 day"],
    [3 * DAY + 4 * H, "3 days 4 h"],
  ])("people say %d ms as %s", (ms, said) => {
    expect(spokenDuration(ms)).toBe(said);
  });
});

describe("how long ago", () => {
  const now = Date.UTC(2026, 4, 12, 14, 3, 12);
  const style = { timeZone: "UTC" };

  it.each([
    [0, "just now"],
    [-5 * MIN, "just now"],
    [9_999, "just now"],
    [42 * S, "42 s ago"],
    [MIN, "1 min ago"],
    [59 * MIN, "59 min ago"],
    [H, "1 h ago"],
    [DAY, "yesterday"],
    [6 * DAY, "6 days ago"],
    [7 * DAY, "5 May"],
    [400 * DAY, "7 Apr 2025"],
  ])("%d ms ago is %s", (agoMs, said) => {
    expect(spokenWhen(now - agoMs, now, style)).toBe(said);
  });

  it("the whole time has its day and its second", () => {
    expect(fullTime(now, style)).toBe("Tue, 12 May 2026, 14:03:12");
  });
});
