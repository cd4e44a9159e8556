import fc from "fast-check";
import { describe, it } from "vitest";
import type { Leftover } from "../../src/uploader/index.js";
import { expectConsistent } from "./consistency.js";
import { createWorld, type Fate, type World } from "./world.js";

/** What a page and its network may do, in any order. */
type Step =
  | { readonly do: "push"; readonly bytes: number; readonly checkout: boolean }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "close"; readonly reason: "idle" | "limit" | "missing" | "expired" }
  | { readonly do: "leave and come back" }
  | { readonly do: "load the next page" }
  | { readonly do: "wake" };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant("push" as const),
        bytes: fc.integer({ min: 10, max: 6000 }),
        checkout: fc.boolean(),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 4000 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("close" as const),
        reason: fc.constantFrom("idle" as const, "limit" as const, "missing" as const, "expired" as const),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("leave and come back" as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("wake" as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("load the next page" as const) }) },
  ),
  { minLength: 5, maxLength: 60 },
);
const fates: fc.Arbitrary<readonly Fate[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant("answer" as const) },
    { weight: 2, arbitrary: fc.constant("lost request" as const) },
    { weight: 2, arbitrary: fc.constant("lost answer" as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom({ status: 503 }, { status: 429, retryAfter: "3" }, { status: 502 }),
    },
  ),
  { minLength: 1, maxLength: 40 },
);
const travels = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 20 });

/** A page, and what pages before it left in its tab. */
interface Tab {
  world: World;
  left: readonly Leftover[];
}

async function live(tab: Tab, step: Step): Promise<void> {
  const { world } = tab;
  if (step.do === "push") world.push(step);
  else if (step.do === "wait") await world.run(step.ms);
  else if (step.do === "wake") world.uploader.wake();
  else if (step.do === "leave and come back") world.uploader.leave();
  else if (step.do === "load the next page") load(tab);
  else {
    const id = world.session()?.sessionId;
    if (id) world.closed.set(id, step.reason);
  }
}

/** The page leaves and is gone; the next one takes over what it left. */
function load(tab: Tab): void {
  const leftover = tab.world.uploader.leave();
  tab.world.uploader.end();
  if (leftover) tab.left = [...tab.left, leftover];
  const next = tab.world.next();
  // A page that is gone takes no more checkouts.
  tab.world.checkoutBytes = 0;
  tab.world.gone = true;
  tab.world = next;
  tab.world.onOpened = () => resend(tab);
  tab.world.push({ checkout: true });
}

function resend(tab: Tab): void {
  for (const leftover of tab.left) {
    void tab.world.uploader.resend(leftover).then((settled) => {
      if (settled) tab.left = tab.left.filter((other) => other !== leftover);
    });
  }
}

describe("whatever the network does", () => {
  for (const maxQueueBytes of [15_000, 1_000_000]) {
    it(`each event arrives once and in order or is told as lost, with room for ${maxQueueBytes} bytes`, async () => {
      await fc.assert(
        fc.asyncProperty(steps, fates, travels, async (story, luck, journeys) => {
          const world = createWorld({ maxQueueBytes });
          world.checkoutBytes = 700;
          let request = 0;
          world.fate = () => luck[request++ % luck.length] ?? "answer";
          world.travelMs = () => journeys[request % journeys.length] ?? 1;
          world.push({ checkout: true });
          const tab: Tab = { world, left: [] };
          for (const step of story) await live(tab, step);
          Object.assign(tab.world, { fate: () => "answer", travelMs: () => 5 });
          await tab.world.run(400_000);
          resend(tab);
          // What is lost at the very end is told with the next checkout.
          tab.world.push({ checkout: true });
          await tab.world.run(400_000);
          expectConsistent(world, tab.world !== world);
        }),
        { numRuns: 150 },
      );
    });
  }
});
