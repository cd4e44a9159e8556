import { expect } from "vitest";
import type { World } from "./world.js";

/**
 * Every event is in its session's stream once and in its writer's order, or told as lost; nothing that needs a checkout
 * is without one. Only at the end of a session that was closed can the same event be in the next one or told as lost
 * too: its acknowledgement may have been lost just before. And what a page left for a session that was closed before the
 * next page came (`pages`) is not told: most of it arrived with the page's last request.
 */
export function expectConsistent(world: World, pages = false): void {
  const order = world.pushed.map(({ label }) => label);
  const arrived = new Set<string>();
  const writers = new Set(world.kept.map(({ session, writer }) => `${session} ${writer}`));
  for (const writer of writers) {
    const stream = world.kept.filter((frame) => `${frame.session} ${frame.writer}` === writer);
    const places = stream.filter(({ kind }) => kind === "dom").map(({ label }) => order.indexOf(label));
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    expect(stream.map(({ number }) => number)).toEqual(stream.map((_, index) => index));
    let ready = false;
    for (const frame of stream) {
      if (frame.checkout) ready = true;
      else if (frame.lost) ready = false;
      else if (frame.kind === "dom") expect(ready).toBe(true);
      if (frame.kind === "dom") arrived.add(frame.label);
    }
  }
  const lost = world.kept.reduce((sum, frame) => sum + (frame.lost?.events ?? 0), 0);
  if (world.closed.size === 0) expect(arrived.size + lost).toBe(order.length);
  else if (!pages) expect(arrived.size + lost).toBeGreaterThanOrEqual(order.length);
}
