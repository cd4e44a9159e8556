import type { WindowId } from "@reeltime/recorder/protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import { PlayerStore } from "../../src/store/index.js";
import { dueMs, type PlayEvent } from "../../src/store/play-event.js";
import { ManualClock } from "../support/manual-clock.js";
import { type RawEvent, RecordedSession, START } from "../support/recorded-session.js";
import { idOf, RecordingPort } from "../support/recording-port.js";
import { SessionApi, SessionLive } from "../support/session-api.js";
import { checkout, click, moves, textChange } from "../support/synthetic.js";

const WINDOWS = ["window-0001", "window-0002"] as const;

interface Written {
  readonly window: string;
  readonly events: readonly RawEvent[];
  readonly checkoutMs: number | undefined;
}

/** What a step of a session's life is: a frame of a window, some ms after the one before. */
const step = fc.record({
  window: fc.integer({ min: 0, max: 1 }),
  gapMs: fc.integer({ min: 20, max: 4_000 }),
  count: fc.integer({ min: 1, max: 5 }),
  kind: fc.constantFrom("text", "text", "click", "moves", "checkout"),
});

type Step = typeof step extends fc.Arbitrary<infer Made> ? Made : never;

/** What a viewer does. */
const act = fc.oneof(
  fc.record({ do: fc.constant("seek" as const), to: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 16, max: 3_000 }) }),
  fc.record({ do: fc.constantFrom("play" as const, "pause" as const, "live" as const, "append" as const) }),
  fc.record({ do: fc.constant("rate" as const), rate: fc.constantFrom(0.5, 1, 4, 16) }),
  fc.record({ do: fc.constant("window" as const), window: fc.constantFrom(undefined, ...WINDOWS) }),
  fc.record({ do: fc.constant("skip" as const), on: fc.boolean() }),
);

function write(session: RecordedSession, written: Written[], atMs: number, made: Step): number {
  const window = WINDOWS[made.window] ?? WINDOWS[0];
  const first = !written.some((frame) => frame.window === window);
  const fresh = first || made.kind === "checkout";
  const firstMs = atMs + made.gapMs;
  const events: RawEvent[] = fresh ? [...checkout(firstMs)] : [];
  for (let index = 0; index < made.count; index++) {
    const eventMs = firstMs + 5 + index * 40;
    if (made.kind === "click") events.push(click(eventMs));
    else if (made.kind === "moves") events.push(moves(eventMs, 30));
    else events.push(textChange(eventMs, `${eventMs}`));
  }
  session.append({ window, writer: `writer-${made.window}000`, events });
  written.push({ window, events, checkoutMs: fresh ? firstMs : undefined });
  return events.at(-1)?.timestamp ?? firstMs;
}

/** What a surface must have been given by now: everything of its window from the checkout it opened at up to the playhead. */
function expected(written: readonly Written[], port: RecordingPort): readonly number[] {
  const opening = port.openings.at(-1);
  const from = opening?.events[0]?.timestamp ?? 0;
  const frames = written.filter(({ window }) => window === opening?.window);
  return frames
    .flatMap(({ events }) => events)
    .filter(({ timestamp }) => timestamp >= from)
    .filter((event) => dueMs(event as PlayEvent) <= port.atMs)
    .map((event) => idOf(event as PlayEvent))
    .sort((a, b) => a - b);
}

it("whatever a viewer does, a surface has exactly what happened from its checkout up to the playhead", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 3, maxLength: 60 }),
      fc.array(act, { minLength: 1, maxLength: 14 }),
      fc.integer({ min: 200, max: 6_000 }),
      fc.boolean(),
      async (steps, acts, pageBytes, closed) => {
        const session = new RecordedSession(START);
        session.pageBytes = pageBytes;
        const written: Written[] = [];
        let lastMs = START;
        for (const made of steps) lastMs = write(session, written, lastMs, made);
        if (closed) session.close();
        const clock = new ManualClock();
        const port = new RecordingPort();
        const store = new PlayerStore({
          api: new SessionApi(session).api,
          live: new SessionLive(session),
          session: session.id,
          clock,
          maxBufferBytes: 20_000,
        });
        store.attach(port);
        await store.start();
        await clock.pass(64);
        for (const wish of acts) {
          if (wish.do === "seek") store.seek(wish.to * store.state.durationMs);
          else if (wish.do === "pass") await clock.pass(wish.ms);
          else if (wish.do === "rate") store.setRate(wish.rate);
          else if (wish.do === "window") store.selectWindow(wish.window as WindowId | undefined);
          else if (wish.do === "skip") store.setSkipInactive(wish.on);
          else if (wish.do === "play") store.play();
          else if (wish.do === "pause") store.pause();
          else if (wish.do === "live") store.toLive();
          else if (!closed) {
            lastMs = write(session, written, lastMs, { window: 0, gapMs: 50, count: 2, kind: "text" });
          }
          await clock.pass(160);
          expect(store.state.phase).toBe("ready");
          const given = port.events.filter((event) => dueMs(event) <= port.atMs).map(idOf);
          expect([...given].sort((a, b) => a - b)).toEqual(expected(written, port));
          expect(new Set(given).size).toBe(given.length);
          expect(store.state.currentTimeMs).toBeLessThanOrEqual(store.state.durationMs);
        }
        store.close();
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);
