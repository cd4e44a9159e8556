import type { Asked, Operation, Told } from "./history.js";

/** How many operations, clients and falls a made-up history has. */
export interface MadeUpSize {
  readonly operations: number;
  readonly clients: number;
  /** Turns from one fall of the server to the next. */
  readonly fallEvery: number;
}

/**
 * A history that is linearizable because it was made so: each operation takes effect at a moment between
 * its call and its return, or is cut off by a fall before or after that. `random` gives numbers below 1.
 */
export function makeUpHistory(random: () => number, size: MadeUpSize): Operation[] {
  const calls = placeCalls(random, size).sort((a, b) => a.effect - b.effect);
  const log: string[] = [];
  let fence = "";
  return calls.map(({ client, called, effect, returned }, index) => {
    const falls = Math.ceil((called + 1) / size.fallEvery) * size.fallEvery;
    const [happens, answered] = [effect < falls, returned < falls];
    const choose = random();
    if (choose < 0.25 && answered)
      return { client, called, returned, asked: { op: "tail" }, told: { as: "tail", seqNum: log.length } };
    if (choose < 0.5 && answered) {
      const from = Math.floor(random() * (log.length + 1));
      const told: Told = { as: "records", from, records: log.slice(from), toTail: true };
      return { client, called, returned, asked: { op: "read" }, told };
    }
    const setsFence = random() < 0.2 ? `t${index}` : undefined;
    const asked: Asked & { op: "append" } = {
      op: "append",
      records: Array.from({ length: 1 + Math.floor(random() * 2) }, (_, part) => `${index}.${part}`),
      setsFence,
      fencingToken: random() < 0.3 ? (random() < 0.7 ? fence : "stale") : undefined,
      matchSeqNum: random() < 0.3 ? log.length + (random() < 0.7 ? 0 : 1) : undefined,
    };
    const start = log.length;
    const told: Told =
      asked.fencingToken !== undefined && asked.fencingToken !== fence
        ? { as: "fence mismatch", current: fence }
        : asked.matchSeqNum !== undefined && asked.matchSeqNum !== start
          ? { as: "number mismatch", next: start }
          : { as: "acked", start, end: start + asked.records.length };
    if (told.as === "acked" && happens) {
      log.push(...asked.records);
      fence = setsFence ?? fence;
    }
    return answered
      ? { client, called, returned, asked, told }
      : { client, called, returned: falls, asked, told: { as: "open" } };
  });
}

/** Calls of each client one after the other, at times of their own. */
function placeCalls(random: () => number, { operations, clients, fallEvery }: MadeUpSize) {
  const calls: { client: string; called: number; effect: number; returned: number }[] = [];
  for (let client = 0; client < clients; client++) {
    let now = random();
    for (let index = 0; index < operations / clients; index++) {
      const called = now + random() * 2;
      const effect = called + random() * 10;
      const returned = effect + random() * 10;
      calls.push({ client: `c${client}`, called, effect, returned });
      // A client that was cut off goes on after the fall.
      const falls = Math.ceil((called + 1) / fallEvery) * fallEvery;
      now = Math.min(returned, falls);
    }
  }
  return calls;
}
