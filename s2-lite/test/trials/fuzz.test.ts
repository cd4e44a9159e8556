import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { S2LiteError } from "../../src/errors.js";
import { parseReadQuery } from "../../src/resources/read-request.js";
import { checkInput } from "../../src/stream/check-input.js";
import { type AppendInput, meteredBytes } from "../../src/stream/records.js";
import { chooseCoding } from "../../src/wire/compression.js";
import { parseJson } from "../../src/wire/json-fields.js";
import { parseAppendInput } from "../../src/wire/json-records.js";
import { decodeAppendInput } from "../../src/wire/proto-append.js";
import { decodeRecords, encodeRecords } from "../../src/wire/proto-records.js";
import { FrameDecoder } from "../../src/wire/s2s-frame.js";
import { eventId, parseEventId } from "../../src/wire/sse.js";
import { mutate, Random } from "../support/fuzz.js";
import { H2Call, h1, h2connect, json } from "../support/raw.js";
import { appendPayload, frame, seenFrames } from "../support/s2s.js";
import { BASIN, startTestServer } from "../support/server.js";
import { tell, trialSize } from "../support/trial-size.js";

/** Inputs of each decoder. Five decoders: at full length a million and more. */
const INPUTS = trialSize(15_000, 250_000);
/** Requests of each kind to a running server. */
const REQUESTS = trialSize(250, 10_000);
const MAX_GROWTH_BYTES = 64 * 1_048_576;
const seed = Number(process.env.FUZZ_SEED ?? trialSize(1, Date.now() % 2 ** 31));

const u64 = (value: bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
};
const command = (op: string, body: Buffer) =>
  Buffer.concat([
    Buffer.from([0x12, 2 + op.length, 0x12, op.length]),
    Buffer.from(op),
    Buffer.from([0x1a, body.length]),
    body,
  ]);
const record = (inner: Buffer) => Buffer.concat([Buffer.from([0x0a, inner.length]), inner]);

const PROTOS: readonly Buffer[] = [
  appendPayload("one", "two", ""),
  Buffer.concat([appendPayload("x"), Buffer.from([0x10, 0x07, 0x1a, 0x05]), Buffer.from("token")]),
  record(command("fence", Buffer.from("token"))),
  record(command("trim", u64(2n ** 64n - 1n))),
  record(
    Buffer.concat([
      Buffer.from([
        0x08,
        ...Array<number>(9).fill(0xff),
        0x01,
        0x12,
        0x06,
        0x0a,
        0x01,
        0x61,
        0x12,
        0x01,
        0x62,
      ]),
    ]),
  ),
];
const FRAMES: readonly Buffer[] = [
  ...PROTOS.map((payload) => frame(payload)),
  frame(gzipSync(Buffer.concat(PROTOS)), 0x40),
  Buffer.concat([frame(appendPayload("a")), frame(appendPayload("b"), 0x1f)]),
  frame(Buffer.alloc(2), 0x80),
];
const JSONS: readonly Buffer[] = [
  '{"records":[{"timestamp":7,"headers":[["a","b"],["c",""]],"body":"x"},{}]}',
  '{"records":[{"headers":[["","fence"]],"body":"t"}],"match_seq_num":18446744073709551615,"fencing_token":""}',
  '{"records":[{"body":"\\u00e9\\ud83d\\ude00\\n"}],"x":{"y":[1.5e3,-0,null,true]}}',
  '{"records":[{"headers":[["","dHJpbQ=="]],"body":"AAAAAAAAAAA="}]}',
].map((text) => Buffer.from(text));
const QUERIES: readonly Buffer[] = [
  "seq_num=0&count=1&bytes=100&until=9&wait=0&clamp=true",
  "timestamp=18446744073709551615&until=18446744073709551615",
  "tail_offset=3&clamp=false&x=%00%ff&count=%31",
].map((text) => Buffer.from(text));
const DICTIONARY = [
  '"',
  "[[",
  "{",
  "null",
  "1e9",
  "18446744073709551616",
  '"records":[',
  "\\u",
  "\\ud800",
  "&",
  "=",
  "%",
  ",,",
]
  .map((text) => Buffer.from(text))
  .concat([
    Buffer.alloc(9, 0xff),
    Buffer.from([0xff, 0xff, 0xff]),
    Buffer.from([0x0a, 0xff, 0xff, 0xff, 0x0f]),
    u64(2n ** 53n),
  ]);

/** Bytes in memory that are still in use: garbage is collected first, which V8 does only when it is asked to. */
function keptBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Runs one input; what is thrown must be one of these codes. Returns whether it was accepted. */
function accepts(input: Buffer, codes: readonly string[], decode: () => void): boolean {
  try {
    decode();
    return true;
  } catch (error) {
    const code = error instanceof S2LiteError ? error.code : String(error);
    if (!codes.includes(code)) {
      throw new Error(`seed ${seed}: ${code} of ${input.toString("hex")}`, { cause: error });
    }
    return false;
  }
}

/** An input that is accepted must be one that can be stored, and read back as it is. */
function mustBeStorable(input: AppendInput): void {
  const { metered } = checkInput(input);
  expect(metered).toBe(input.records.reduce((sum, one) => sum + meteredBytes(one), 0));
  const times = input.records.map(({ timestamp }) => timestamp ?? 0);
  const stored = decodeRecords(encodeRecords(input.records, 5, times, 0));
  expect(stored.map(({ timestamp, body, headers }) => ({ timestamp, body, headers }))).toEqual(
    input.records.map(({ body, headers }, index) => ({ timestamp: times[index], body, headers })),
  );
}

function fuzz(
  what: string,
  corpus: readonly Buffer[],
  codes: readonly string[],
  decode: (input: Buffer, random: Random) => void,
): void {
  it(`${what} of any bytes are accepted or refused in words`, { timeout: 600_000 }, async () => {
    const random = new Random(seed);
    const before = keptBytes();
    let accepted = 0;
    for (let count = 0; count < INPUTS; count++) {
      const noise = random.below(20) === 0;
      const input = noise ? random.bytes(random.below(60)) : mutate(random, random.of(corpus), DICTIONARY);
      if (accepts(input, codes, () => decode(input, random))) accepted++;
      // zlib puts its things away at the end of a turn.
      if (count % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const growth = keptBytes() - before;
    tell(`fuzz: ${what}: ${INPUTS} inputs, ${accepted} accepted, the rest refused (seed ${seed})`);
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(INPUTS);
    expect(growth).toBeLessThan(MAX_GROWTH_BYTES);
  });
}

describe("decoders", () => {
  fuzz("protobuf appends", PROTOS, ["bad_proto", "invalid"], (input) =>
    mustBeStorable(decodeAppendInput(input)),
  );

  fuzz("JSON appends", JSONS, ["bad_json", "invalid"], (input, random) => {
    mustBeStorable(parseAppendInput(parseJson(input), random.of(["raw", "base64"])));
  });

  fuzz("frames", FRAMES, ["bad_frame", "bad_proto", "invalid"], (input, random) => {
    const decoder = new FrameDecoder();
    for (let at = 0; at < input.length; ) {
      const length = 1 + random.below(input.length);
      decoder.push(input.subarray(at, at + length));
      at += length;
      for (let payload = decoder.next(); payload !== undefined; payload = decoder.next())
        checkInput(decodeAppendInput(payload));
    }
    if (!decoder.atBoundary) throw new S2LiteError("bad_frame", "the input ends within a frame");
  });

  fuzz("queries", QUERIES, ["bad_query"], (input) => {
    const { waitSecs = 0 } = parseReadQuery(input.toString("latin1"));
    expect(waitSecs).toBeLessThan(2 ** 32);
  });

  fuzz(
    "header values",
    ["1,2,3", "gzip;q=0.5, zstd", "18446744073709551615,0,0"].map((text) => Buffer.from(text)),
    ["bad_header"],
    (input) => {
      const text = input.toString("latin1");
      chooseCoding(text);
      const cursor = parseEventId(text);
      expect(parseEventId(eventId(cursor))).toEqual(cursor);
    },
  );
});

const ALLOWED = [200, 400, 409, 412, 415, 416, 422, 431];

describe("a running server", () => {
  it("answers any request with what is right or a 4xx, and goes on", { timeout: 1_200_000 }, async () => {
    const { endpoint } = await startTestServer();
    const random = new Random(seed);
    await json(endpoint, "POST", "/v1/basins", { basin: BASIN });
    await json(endpoint, "POST", "/v1/streams", { stream: "s" });
    const path = "/v1/streams/s/records";
    const session = h2connect(endpoint);
    const statuses = new Map<number, number>();
    const note = (status: number, input: Buffer) => {
      if (!ALLOWED.includes(status)) throw new Error(`seed ${seed}: ${status} for ${input.toString("hex")}`);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    };
    const post = async (type: string, body: Buffer) => {
      const headers = { "content-type": type, ...(random.below(4) === 0 ? { "s2-format": "base64" } : {}) };
      note((await h1(endpoint, { method: "POST", path, headers, body })).status, body);
    };
    const kinds = [
      () => post("application/json", mutate(random, random.of(JSONS), DICTIONARY)),
      () => post("application/protobuf", mutate(random, random.of(PROTOS), DICTIONARY)),
      async () => {
        const input = mutate(random, random.of(QUERIES), DICTIONARY);
        // What HTTP does not allow in a path is not sent: that is Node's to refuse.
        const query = input
          .toString("latin1")
          .replace(/[^!-~]/g, (one) => `%${one.charCodeAt(0).toString(16).padStart(2, "0")}`)
          .replace(/wait=\d+/g, "wait=0")
          .replaceAll("#", "");
        const accept = random.of(["*/*", "text/event-stream", "application/protobuf"]);
        note(
          (await h1(endpoint, { path: `${path}?wait=0&${query.replace("wait=0", "")}`, headers: { accept } }))
            .status,
          input,
        );
      },
      async () => {
        const input = Buffer.concat([
          frame(appendPayload("first")),
          mutate(random, random.of(FRAMES), DICTIONARY),
        ]);
        const call = new H2Call(session, path, { ":method": "POST", "content-type": "s2s/proto" });
        const cut = random.below(input.length);
        call.stream.write(input.subarray(0, cut));
        call.stream.end(input.subarray(cut));
        await call.until(({ ended }) => ended);
        const last = seenFrames(call.bytes).at(-1);
        note(last?.flags === 0x80 ? last.payload.readUInt16BE(0) : call.status, input);
      },
    ];
    const before = keptBytes();
    for (const kind of kinds) for (let count = 0; count < REQUESTS; count++) await kind();
    const told = [...statuses]
      .sort(([left], [right]) => left - right)
      .map(([status, count]) => `${status}: ${count}`);
    tell(`fuzz: ${kinds.length * REQUESTS} requests: ${told.join(", ")}`);
    expect(keptBytes() - before).toBeLessThan(MAX_GROWTH_BYTES);
    const tail = await json(endpoint, "GET", `${path}/tail`);
    expect(tail.status).toBe(200);
    const { tail: at } = tail.body as { tail: { seq_num: number } };
    const read = await json(endpoint, "GET", `${path}?seq_num=${at.seq_num - 1}`);
    expect(read.status).toBe(200);
  });
});
