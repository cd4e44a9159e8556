import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { expectConsistent } from "../../../recorder/test/uploader/consistency.js";
import type { Fate } from "../../../recorder/test/uploader/world.js";
import { diskIdle, kill, type Process, removeFolders, startNext, startProcess } from "./processes.js";

/** What a process, its machine and its network may do, in any order. */
type Step =
  | { readonly do: "push"; readonly bytes: number; readonly checkout: boolean }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "close"; readonly reason: "idle" | "limit" | "missing" | "expired" }
  | { readonly do: "kill"; readonly cut: number }
  | { readonly do: "wake" };

const push = fc.record({
  do: fc.constant("push" as const),
  bytes: fc.integer({ min: 10, max: 6000 }),
  checkout: fc.boolean(),
});
const wait = fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 4000 }) });
const wake = fc.record({ do: fc.constant("wake" as const) });
const close = fc.record({
  do: fc.constant("close" as const),
  reason: fc.constantFrom("idle" as const, "limit" as const, "missing" as const, "expired" as const),
});
const killed = (most: number): fc.Arbitrary<Step> =>
  fc.record({ do: fc.constant("kill" as const), cut: fc.integer({ min: 0, max: most }) });

const stories = (ends: readonly fc.Arbitrary<Step>[]): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.oneof(
      { weight: 8, arbitrary: push },
      { weight: 6, arbitrary: wait },
      { weight: 1, arbitrary: wake },
      ...ends.map((arbitrary) => ({ weight: 1, arbitrary })),
    ),
    { minLength: 5, maxLength: 50 },
  );
const fates: fc.Arbitrary<readonly Fate[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant("answer" as const) },
    { weight: 2, arbitrary: fc.constant("lost request" as const) },
    { weight: 2, arbitrary: fc.constant("lost answer" as const) },
    { weight: 1, arbitrary: fc.constantFrom({ status: 503 }, { status: 429, retryAfter: "3" }) },
  ),
  { minLength: 1, maxLength: 40 },
);
const travels = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 20 });

/** Lives a story, then the network is well. The processes that were killed, the last one still running. */
async function live(
  story: readonly Step[],
  luck: readonly Fate[],
  journeys: readonly number[],
): Promise<Process> {
  // Small, so that segments come and go.
  const options = { maxBytes: 256 * 1024 };
  let now: Process & { leftovers?: Promise<void> } = await startProcess(options);
  let request = 0;
  Object.assign(now.world, {
    checkoutBytes: 700,
    fate: () => luck[request++ % luck.length] ?? "answer",
    travelMs: () => journeys[request % journeys.length] ?? 1,
  });
  now.world.push({ checkout: true });
  for (const step of story) {
    if (step.do === "push") now.world.push(step);
    else if (step.do === "wait") await now.world.run(step.ms);
    else if (step.do === "wake") now.world.uploader.wake();
    else if (step.do === "close") {
      const id = now.world.opened.at(-1)?.sessionId;
      if (id) now.world.closed.set(id, step.reason);
    } else {
      // What has not reached the disk is gone with its process, and was not sent.
      await now.world.run(0);
      const folder = kill(now, step.cut);
      const next = await startNext(now, folder, options);
      next.world.checkoutBytes = 700;
      now = next;
      now.world.push({ checkout: true });
    }
  }
  Object.assign(now.world, { fate: () => "answer", travelMs: () => 5 });
  await now.world.run(600_000);
  now.world.push({ checkout: true });
  await now.world.run(600_000);
  expect(now.spool.bytes).toBe(0);
  let isSent = now.leftovers === undefined;
  void now.leftovers?.then(() => {
    isSent = true;
  });
  await diskIdle();
  expect(isSent).toBe(true);
  return now;
}

describe("whatever the network does, and however often the process is killed", () => {
  afterAll(removeFolders);

  it("each event is in its session once and in order", async () => {
    await fc.assert(
      fc.asyncProperty(stories([killed(0)]), fates, travels, async (...lived) => {
        const { world, spool } = await live(...lived);
        expectConsistent(world, false);
        const arrived = world.kept.filter(({ kind }) => kind === "dom").map(({ label }) => label);
        expect(arrived).toHaveLength(new Set(arrived).size);
        await spool.close();
      }),
      { numRuns: 40, interruptAfterTimeLimit: 20_000 },
    );
  });

  it("each event is in a session, or told as lost, also when sessions are closed meanwhile", async () => {
    await fc.assert(
      fc.asyncProperty(stories([killed(0), close]), fates, travels, async (...lived) => {
        const { world, spool } = await live(...lived);
        expectConsistent(world, true);
        await spool.close();
      }),
      { numRuns: 40, interruptAfterTimeLimit: 20_000 },
    );
  });

  it("what is torn off a segment's end costs no more than it was", async () => {
    await fc.assert(
      fc.asyncProperty(stories([killed(9000)]), fates, travels, async (...lived) => {
        const { world, spool } = await live(...lived);
        const arrived = world.kept.filter(({ kind }) => kind === "dom").map(({ label }) => label);
        expect(arrived).toHaveLength(new Set(arrived).size);
        await spool.close();
      }),
      { numRuns: 40, interruptAfterTimeLimit: 20_000 },
    );
  });
});
