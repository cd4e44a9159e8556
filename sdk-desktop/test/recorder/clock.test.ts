import { describe, expect, it } from "vitest";
import { createEpochClock } from "../../src/recorder/clock.js";

/** A machine whose clocks a test moves. */
function machine() {
  const now = { monotonic: 1_000, uptime: 50_000, wall: 1_700_000_000_000 };
  const clock = createEpochClock({
    monotonicMs: () => now.monotonic,
    uptimeMs: () => now.uptime,
    wallMs: () => now.wall,
  });
  return {
    clock,
    now,
    /** Time passes, awake. */
    pass: (ms: number) => {
      now.monotonic += ms;
      now.uptime += ms;
      now.wall += ms;
    },
    sleep: (ms: number) => {
      now.uptime += ms;
      now.wall += ms;
    },
  };
}

describe("the recorder's clock", () => {
  it("runs on evenly when the machine's clock is set, by an hour or a day, ahead or back", () => {
    const { clock, now, pass } = machine();
    for (const stepMs of [3_600_000, -86_400_000]) {
      now.wall += stepMs;
      pass(500);
      clock.look();
    }
    expect(clock.now()).toBe(1_700_000_001_000);
    expect(clock.at(1_000)).toBe(1_700_000_000_000);
  });

  it("adds the time that the machine slept, to what came after and to nothing before", () => {
    const { clock, pass, sleep } = machine();
    pass(500);
    clock.look();
    sleep(7_200_000);
    pass(300);
    clock.look();
    expect(clock.now()).toBe(1_700_000_000_800 + 7_200_000);
    expect(clock.at(1_400)).toBe(1_700_000_000_400);
    sleep(60_000);
    pass(200);
    clock.look();
    expect(clock.now()).toBe(1_700_000_001_000 + 7_260_000);
    // From between the two.
    expect(clock.at(1_700)).toBe(1_700_000_000_700 + 7_200_000);
  });

  it("takes an uptime in whole seconds, or none at all, for no sleep", () => {
    const { clock, now, pass } = machine();
    for (let tick = 0; tick < 100; tick++) {
      pass(500);
      now.uptime = Math.floor(now.uptime / 1_000) * 1_000 + (tick % 2) * 500;
      clock.look();
    }
    expect(clock.now()).toBe(1_700_000_050_000);
    now.uptime = 0;
    clock.look();
    expect(clock.now()).toBe(1_700_000_050_000);
  });
});
