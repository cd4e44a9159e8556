import { describe, expect, it } from "vitest";
import type { HelperEars } from "../../src/helpers/helper-process.js";
import { decideRestart } from "../../src/helpers/restart.js";
import { Supervisor } from "../../src/helpers/supervisor.js";
import { ManualTimers } from "../support/manual-timers.js";

/** A supervisor of a process that a test plays, with time that it moves. */
function scene() {
  const timers = new ManualTimers();
  const starts: { ears: HelperEars<string>; told: string[]; killed: boolean; atMs: number }[] = [];
  const reports: string[] = [];
  const lost: string[] = [];
  const supervisor = new Supervisor<string, string>({
    start: (ears) => {
      const process = { ears, told: [] as string[], killed: false, atMs: timers.now() };
      starts.push(process);
      return {
        send: (command) => void process.told.push(command),
        kill: () => {
          process.killed = true;
          ears.onExit("SIGKILL");
        },
      };
    },
    stopCommand: "stop",
    timers,
    monotonicMs: timers.now,
    onStart: () => supervisor.send("configure"),
    onReport: (report) => void reports.push(report),
    onLost: (why) => void lost.push(why),
  });
  return {
    supervisor,
    starts,
    reports,
    lost,
    pass: timers.pass,
  };
}

describe("a helper's supervisor", () => {
  it("starts one that dies again after 1, 2, 4 … 30 s, and tells it again what to do", () => {
    const { supervisor, starts, lost, pass } = scene();
    supervisor.start();
    const waits: number[] = [];
    for (let death = 0; death < 7; death++) {
      const diedMs = starts.at(-1)?.atMs ?? 0;
      starts.at(-1)?.ears.onExit("code 1");
      while (starts.length === death + 1) pass(500);
      waits.push((starts.at(-1)?.atMs ?? 0) - diedMs);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(starts.every(({ told }) => told[0] === "configure")).toBe(true);
    expect(lost).toHaveLength(7);
  });

  it("counts from the first again for one that lived", () => {
    expect(decideRestart(5, 9_999)).toEqual({ waitMs: 30_000, deaths: 6 });
    expect(decideRestart(5, 10_000)).toEqual({ waitMs: 1_000, deaths: 1 });
    expect(decideRestart(1_000_000, 0).waitMs).toBe(30_000);
  });

  it("ends one that is silent for ten seconds while it should speak", () => {
    const { supervisor, starts, pass } = scene();
    supervisor.start();
    const watch = (seconds: number): void => {
      for (let half = 0; half < seconds * 2; half++) {
        pass(500);
        supervisor.watch(true);
      }
    };
    watch(9);
    starts[0]?.ears.onReport("still");
    watch(9);
    expect(starts[0]?.killed).toBe(false);
    watch(2);
    expect(starts[0]?.killed).toBe(true);
  });

  it("does not take the host's own silence for the helper's", () => {
    const { supervisor, starts, pass } = scene();
    supervisor.start();
    supervisor.watch(true);
    // The host blocks for a minute, twice.
    for (let time = 0; time < 2; time++) {
      pass(60_000);
      supervisor.watch(true);
    }
    expect(starts[0]?.killed).toBe(false);
  });

  it("ends one in order, or after two seconds, and hears nothing of it any more", async () => {
    const { supervisor, starts, reports, lost, pass } = scene();
    supervisor.start();
    const stopped = supervisor.stop();
    expect(starts[0]?.told).toEqual(["configure", "stop"]);
    starts[0]?.ears.onReport("late");
    pass(1_999);
    expect(starts[0]?.killed).toBe(false);
    pass(1);
    expect(starts[0]?.killed).toBe(true);
    await stopped;
    pass(60_000);
    expect([reports, lost, starts.length]).toEqual([[], [], 1]);
  });

  it("starts none that was stopped while it waited", async () => {
    const { supervisor, starts, pass } = scene();
    supervisor.start();
    starts[0]?.ears.onExit("code 1");
    await supervisor.stop();
    pass(60_000);
    expect(starts).toHaveLength(1);
  });
});
