import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WindowId, WriterId } from "@reeltime/recorder/protocol";
import type { Entry } from "@reeltime/recorder/uploader";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { checksum } from "../../src/spool/checksum.js";
import { Journal, type JournalRecord } from "../../src/spool/journal.js";
import { decodePayload, encodeRecord, payloadBytes, RECORD_PREFIX_BYTES } from "../../src/spool/records.js";
import { type FoundQueue, recover } from "../../src/spool/recovery.js";
import { diskIdle, newFolder, removeFolders } from "./processes.js";

afterAll(removeFolders);

const entry = (label: string): Entry => ({
  window: "window-one" as WindowId,
  kind: "dom",
  firstMs: 1,
  lastMs: 2,
  inputMs: undefined,
  checkout: true,
  codec: "json",
  keyId: undefined,
  events: 1,
  rawBytes: label.length,
  facts: [],
  body: Buffer.from(label),
});
const frame = (id: number): JournalRecord => {
  const { body, ...draft } = entry(`body ${id}`);
  return { head: { type: "frame", queue: 0, id, draft }, body };
};
const WRITER = "writer-one" as WriterId;

/** A journal in which each list of records was one group. */
async function written(
  groups: readonly (readonly JournalRecord[])[],
  segmentBytes?: number,
): Promise<string> {
  const folder = newFolder();
  const state = (): { type: "state"; runs: []; queues: [] } => ({ type: "state", runs: [], queues: [] });
  const fail = (error: unknown): never => {
    throw error;
  };
  const parts = { folder, segments: [], state, rewrite: () => [], onFailed: fail, onRecovered: () => {} };
  const journal = new Journal({ ...parts, segmentBytes });
  journal.begin();
  for (const group of groups) {
    for (const record of group) journal.append(record);
    await journal.settled();
  }
  await journal.close();
  return folder;
}

const ids = (queue: FoundQueue | undefined): readonly number[] => queue?.frames.map(({ id }) => id) ?? [];
const segmentOf = (folder: string): string => join(folder, readdirSync(folder)[0] ?? "");

describe("a record", () => {
  it("has the checksum that everyone computes", () => {
    expect(checksum(Buffer.from("1234"), Buffer.from("56789"))).toBe(0xcbf43926);
  });

  it("is read as it was written, and not at all with any bit changed", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), fc.nat(), (body, endsGroup, at) => {
        const head = { type: "gone", queue: 3, count: 7 } as const;
        const bytes = Buffer.concat(encodeRecord(head, endsGroup, body));
        const payload = bytes.subarray(RECORD_PREFIX_BYTES);
        expect(payloadBytes(bytes)).toBe(payload.length);
        expect(decodePayload(bytes, payload)).toEqual({ head, endsGroup, body: Buffer.from(body) });
        const place = 4 + (at % (bytes.length - 4));
        bytes[place] = (bytes[place] ?? 0) ^ (1 << (at % 8));
        expect(decodePayload(bytes, payload)).toBeUndefined();
      }),
    );
  });
});

describe("a folder that a process left", () => {
  const groups: readonly (readonly JournalRecord[])[] = [
    [{ head: { type: "writer", queue: 0, run: 0, writer: WRITER } }, frame(0)],
    [frame(1), frame(2)],
    [{ head: { type: "gone", queue: 0, count: 1 } }, frame(3)],
  ];
  /** What each number of whole groups comes to. */
  const wanted = [[], [0], [0, 1, 2], [1, 2, 3]];

  it("cut off at any byte is what its whole groups say", async () => {
    const sizes = await Promise.all(
      [0, 1, 2, 3].map(
        async (count) => readFileSync(segmentOf(await written(groups.slice(0, count)))).length,
      ),
    );
    const whole = readFileSync(segmentOf(await written(groups)));
    const folder = newFolder();
    for (let length = 0; length <= whole.length; length++) {
      writeFileSync(join(folder, "0000000001.segment"), whole.subarray(0, length));
      const { queues } = await recover(folder);
      const count = sizes.filter((size) => size <= length).length - 1;
      expect(ids(queues[0])).toEqual(wanted[Math.max(0, count)]);
      expect(queues[0]?.firstNumber ?? 0).toBe(count === 3 ? 1 : 0);
    }
  });

  it("damaged at any byte is what its groups before that say, and never anything else", async () => {
    const whole = readFileSync(segmentOf(await written(groups)));
    const folder = newFolder();
    for (let at = 0; at < whole.length; at++) {
      const harmed = Buffer.from(whole);
      harmed[at] = (harmed[at] ?? 0) ^ 0x41;
      writeFileSync(join(folder, "0000000001.segment"), harmed);
      const { queues } = await recover(folder);
      expect(wanted).toContainEqual(ids(queues[0]));
    }
  });

  it("goes on after a lost segment: its oldest frames may be acknowledged, others are a loss in their place", async () => {
    const again = { type: "state", runs: [{ run: 0, session: undefined }] } as const;
    const state = {
      ...again,
      queues: [{ queue: 0, run: 0, writer: WRITER, firstNumber: 5, ids: [[0, 4]] as const }],
    };
    const folder = await written(groups.slice(0, 2));
    const second = await written([[{ head: state }, frame(4)]]);
    writeFileSync(join(folder, "0000000002.segment"), readFileSync(segmentOf(second)));
    const { queues } = await recover(folder);
    // The third was in neither.
    expect(ids(queues[0])).toEqual([0, 1, 2, 3, 4]);
    expect(queues[0]?.firstNumber).toBe(5);
    expect(queues[0]?.frames[3]).toMatchObject({ place: undefined, entry: { kind: "lost", why: "storage" } });
    rmSync(join(folder, "0000000001.segment"));
    const { queues: rest } = await recover(folder);
    expect(ids(rest[0])).toEqual([4]);
    expect(rest[0]?.firstNumber).toBe(9);
  });

  it("has a segment no longer than something in it waits", async () => {
    const folder = newFolder();
    const state = (): { type: "state"; runs: []; queues: [] } => ({ type: "state", runs: [], queues: [] });
    const journal = new Journal({
      folder,
      segments: [],
      state,
      rewrite: () => [],
      segmentBytes: 1,
      onFailed: () => {},
      onRecovered: () => {},
    });
    journal.begin();
    const places: { segment: { waiting: number; number: number } }[] = [];
    for (let id = 0; id < 5; id++) {
      journal.append({
        ...frame(id),
        written: (place) => {
          if (place === undefined) return;
          place.segment.waiting += 1;
          places.push(place);
        },
      });
      while (places.length <= id) await diskIdle();
    }
    await diskIdle();
    const before = readdirSync(folder).length;
    expect(before).toBeGreaterThan(4);
    for (const { segment } of places) segment.waiting -= 1;
    journal.append({ head: { type: "gone", queue: 0, count: 5 } });
    await diskIdle();
    expect(readdirSync(folder).length).toBeLessThan(3);
    await journal.close();
  });

  it("says all anew once a disk works again that did not", async () => {
    const folder = newFolder();
    // In its way.
    mkdirSync(join(folder, "0000000001.segment"));
    const told: string[] = [];
    const journal = new Journal({
      folder,
      segments: [],
      state: () => ({ type: "state", runs: [], queues: [] }),
      rewrite: () => [{ head: { type: "writer", queue: 0, run: 0, writer: WRITER } }, frame(7)],
      retryMs: 10,
      onFailed: (error) => told.push(String((error as NodeJS.ErrnoException).code)),
      onRecovered: () => told.push("recovered"),
    });
    journal.begin();
    let place: unknown = "not told";
    journal.append({ ...frame(0), written: (at) => (place = at) });
    await journal.settled();
    expect([journal.hasFailed, place, told]).toEqual([true, undefined, ["EISDIR"]]);
    rmSync(join(folder, "0000000001.segment"), { recursive: true });
    while (journal.hasFailed) await new Promise((resolve) => setTimeout(resolve, 5));
    await journal.close();
    expect(told).toEqual(["EISDIR", "recovered"]);
    expect(ids((await recover(folder)).queues[0])).toEqual([7]);
  });
});
