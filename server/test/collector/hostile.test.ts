import { Agent, request as httpRequest } from "node:http";
import { decodeFrame, decodeFramesPage, decodeUpload } from "@reeltime/recorder/protocol";
import { expect, it } from "vitest";
import { frameOf, startTestServer, uploadOf } from "../running.js";

const MUTATIONS = 12_000;
const PARALLEL = 16;
const SEED = 20_260_101;

/** Numbers that look random and are the same in every run (mulberry32). */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** One of many small harms: bits, cuts, splices, repeated and invented bytes. */
function mutate(bytes: Uint8Array, random: (below: number) => number): Uint8Array<ArrayBuffer> {
  const at = random(bytes.length);
  const changed = new Uint8Array(bytes);
  switch (random(7)) {
    case 0:
      changed[at] = (changed[at] ?? 0) ^ (1 << random(8));
      return changed;
    case 1:
      return changed.slice(0, at);
    case 2:
      changed[at] = random(256);
      changed[random(bytes.length)] = random(256);
      return changed;
    case 3: {
      const from = random(bytes.length);
      changed.copyWithin(at, from, from + random(64));
      return changed;
    }
    case 4:
      return Uint8Array.from([...changed.subarray(0, at), random(256), random(256), ...changed.subarray(at)]);
    case 5:
      return Uint8Array.from([...changed.subarray(0, at), ...changed.subarray(at + 1 + random(16))]);
    default: {
      // A msgpack code that promises much: arrays, maps, texts and binaries of any size.
      const codes = [0xc4, 0xc6, 0xc9, 0xd9, 0xdb, 0xdd, 0xdf, 0xc1, 0xcb, 0xcf, 0xd3, 0x9f, 0x8f];
      changed[at] = codes[random(codes.length)] ?? 0;
      return changed;
    }
  }
}

it(`${MUTATIONS} harmed uploads are refused, take no memory, and store nothing that was not a frame`, async () => {
  const rate = {
    REELTIME_SESSION_UPLOADS_PER_SECOND: "1000000",
    REELTIME_ADDRESS_UPLOADS_PER_SECOND: "1000000",
  };
  const test = await startTestServer({ env: rate });
  const agent = new Agent({ keepAlive: true, maxSockets: PARALLEL });
  try {
    const session = await test.open();
    const send = (body: Uint8Array): Promise<number> =>
      new Promise((resolve, reject) => {
        const url = `${test.url}/v1/sessions/${session.sessionId}/frames`;
        const request = httpRequest(url, { method: "POST", agent }, (response) => {
          response.resume();
          response.on("end", () => resolve(response.statusCode ?? 0));
        });
        request.on("error", reject);
        request.end(body);
      });

    const random = randomOf(SEED);
    const facts = [
      { type: "click" as const, atMs: Date.now(), text: "Pay", detail: { page: "/cart", times: 3 } },
    ];
    const lost = { events: 3, bytes: 99, reason: "overflow" as const, fromMs: 1, toMs: 2 };
    const valid = [
      uploadOf(session.token, frameOf(0, { facts }), frameOf(1)),
      uploadOf(session.token, frameOf(0, { kind: "lost", lost, keyId: "key" })),
      uploadOf(session.token, frameOf(0, { kind: "beat", inputMs: Date.now(), body: new Uint8Array(0) })),
    ];
    const statuses = new Map<number, number>();
    const accepted = new Set<string>();
    const harm = async (times: number): Promise<void> => {
      let left = times;
      const one = async (): Promise<void> => {
        while (left-- > 0) {
          const body = mutate(valid[random(valid.length)] ?? new Uint8Array(1), random);
          const status = await send(body);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          // What is accepted reads as frames here too; this throws when it does not.
          if (status === 200) for (const frame of decodeUpload(body).frames) accepted.add(textOf(frame));
        }
      };
      await Promise.all(Array.from({ length: PARALLEL }, one));
    };
    await harm(MUTATIONS / 4);
    const beforeBytes = process.memoryUsage().rss;
    await harm(MUTATIONS);
    expect((process.memoryUsage().rss - beforeBytes) / 2 ** 20).toBeLessThan(150);

    expect([...statuses.keys()].filter((status) => ![200, 400, 401, 404, 409, 413].includes(status))).toEqual(
      [],
    );
    expect(statuses.get(400)).toBeGreaterThan(1_000);
    expect(accepted.size).toBeGreaterThan(0);

    const page = await test.read(`/v1/sessions/${session.sessionId}/frames?from=0`);
    const { frames } = decodeFramesPage(new Uint8Array(await page.arrayBuffer()));
    expect(frames.length).toBeGreaterThan(0);
    for (const { bytes } of frames) {
      decodeFrame(bytes);
      expect(accepted.has(textOf(bytes))).toBe(true);
    }
    expect((await test.read(`/v1/sessions/${session.sessionId}`)).status).toBe(200);
    expect((await test.read("/ready")).status).toBe(200);
  } finally {
    agent.destroy();
    await test.close();
  }
}, 60_000);

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
