/*
 * The same random requests to our server and to S2's own, each answer compared: what no case thought of. Run by
 * `npm run test:s2`; without S2's server there is nothing to compare with.
 */
import { isUtf8 } from "node:buffer";
import { randomBytes } from "node:crypto";
import type { ClientHttp2Session } from "node:http2";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { mutate, Random } from "./support/fuzz.js";
import { type Answer, H2Call, h1, h2connect } from "./support/raw.js";
import { appendPayload, frame, seenFrames } from "./support/s2s.js";
import { startTestServer } from "./support/server.js";

const theirs = process.env.S2_CONFORMANCE_ENDPOINT;
const REQUESTS = 800;
const seed = Number(process.env.FUZZ_SEED ?? 1);

const PATH = "/v1/streams/s/records";

const record = (inner: Buffer) => Buffer.concat([Buffer.from([0x0a, inner.length]), inner]);
const FENCE = Buffer.concat([
  Buffer.from([0x12, 0x07, 0x12, 0x05]),
  Buffer.from("fence"),
  Buffer.from([0x1a, 0x00]),
]);
// No trims: when their records go is each server's own affair.
const PROTOS: readonly Buffer[] = [
  appendPayload("one", "two", ""),
  Buffer.concat([appendPayload("x"), Buffer.from([0x10, 0x03, 0x1a, 0x00])]),
  record(FENCE),
  record(Buffer.from([0x08, 0x05, 0x12, 0x06, 0x0a, 0x01, 0x61, 0x12, 0x01, 0x62, 0x1a, 0x01, 0x78])),
];
const FRAMES: readonly Buffer[] = [
  ...PROTOS.map((payload) => frame(payload)),
  frame(gzipSync(Buffer.concat(PROTOS)), 0x40),
];
const JSONS = [
  '{"records":[{"timestamp":7,"headers":[["a","b"],["c",""]],"body":"x"},{}]}',
  '{"records":[{"headers":[["","fence"]],"body":""}],"match_seq_num":1,"fencing_token":""}',
  '{"records":[{"body":"\\u00e9\\ud83d\\ude00\\n"}],"x":{"y":[1.5e3,-0,null,true]}}',
  '{"records":[{"headers":[["YQ==","Yg=="]],"body":"AAAA"}]}',
].map((text) => Buffer.from(text));
const QUERIES = [
  "seq_num=0&count=5&bytes=1000&until=99999999999999&clamp=true",
  "timestamp=18446744073709551615&until=18446744073709551615",
  "tail_offset=3&clamp=false&x=%00%ff&count=%31",
  "timestamp=7&count=3",
].map((text) => Buffer.from(text));
const WORDS = [
  '"',
  "{",
  "null",
  "1e9",
  "18446744073709551616",
  '"records":[',
  "&",
  "=",
  "%",
  ",,",
  " ",
  "+",
  "-",
  "0",
  ".",
];
const DICTIONARY = [
  ...WORDS.map((word) => Buffer.from(word)),
  Buffer.alloc(9, 0xff),
  Buffer.from([0xff, 0xff, 0xff]),
];

/** An answer without what two servers cannot have in common: the time, and the words of a message. */
function essence({ status, text }: Answer): string {
  const code = /"code":"(\w+)"/.exec(text)?.[1];
  return `${status} ${code ?? text.replace(/"timestamp":\d+/g, '"timestamp":?')}`;
}

function frameEssence(bytes: Buffer): string {
  return seenFrames(bytes)
    .map(({ flags, payload }) => {
      if (flags !== 0x80) return "ack";
      const body = payload.toString("utf8", 2);
      return `${payload.readUInt16BE(0)} ${/"code":"(\w+)"/.exec(body)?.[1] ?? body}`;
    })
    .join(", ");
}

/** One of the servers, and the basin in it. */
interface Target {
  readonly endpoint: string;
  readonly basin: string;
  readonly session: ClientHttp2Session;
}

/** A stream with twenty records in a basin of its own, on each of these servers. */
async function setUp(...endpoints: readonly string[]): Promise<Target[]> {
  const basin = `diff-${randomBytes(6).toString("hex")}`;
  const headers = { "content-type": "application/json", "s2-basin": basin };
  for (const endpoint of endpoints) {
    const post = async (path: string, body: unknown) =>
      (await h1(endpoint, { method: "POST", path, headers, body: JSON.stringify(body) })).status;
    expect(await post("/v1/basins", { basin })).toBe(201);
    expect(await post("/v1/streams", { stream: "s", config: { timestamping: { uncapped: true } } })).toBe(
      201,
    );
    for (let time = 0; time < 20; time += 2) {
      const records = [time, time + 1].map((timestamp) => ({ timestamp, body: String(time) }));
      expect(await post(PATH, { records })).toBe(200);
    }
  }
  return endpoints.map((endpoint) => ({ endpoint, basin, session: h2connect(endpoint) }));
}

describe.skipIf(theirs === undefined)("our server and S2's own", () => {
  /** Asks both the same, one request after the other, about a stream that both have. */
  async function compare(
    corpus: readonly Buffer[],
    ask: (to: Target, input: Buffer, random: Random) => Promise<string>,
  ): Promise<void> {
    const targets = await setUp((await startTestServer()).endpoint, theirs ?? "");
    const random = new Random(seed);
    for (let count = 0; count < REQUESTS; count++) {
      const input = mutate(random, random.of(corpus), DICTIONARY);
      const choices = random.below(2 ** 31);
      const [ours, their] = await Promise.all(targets.map((to) => ask(to, input, new Random(choices))));
      expect(ours, `seed ${seed}: ${JSON.stringify(input.toString("latin1"))}`).toBe(their);
    }
  }

  function post(type: string) {
    return async ({ endpoint, basin }: Target, body: Buffer, random: Random) => {
      // On purpose ours refuses text that is none, also where S2's looks away.
      if (type === "application/json" && (!isUtf8(body) || body.includes("\\ud"))) return "not compared";
      const format = random.below(3) === 0 ? { "s2-format": "base64" } : {};
      const headers = { "content-type": type, "s2-basin": basin, ...format };
      return essence(await h1(endpoint, { method: "POST", path: PATH, headers, body }));
    };
  }

  const timeout = 300_000;

  it("answer JSON appends alike", { timeout }, () => compare(JSONS, post("application/json")));

  it("answer protobuf appends alike", { timeout }, () => compare(PROTOS, post("application/protobuf")));

  it("answer reads alike", { timeout }, () =>
    compare(QUERIES, async ({ endpoint, basin }, input, random) => {
      // What a URL may not have is HTTP's to refuse; a wait would only take time.
      const query = input
        .toString("latin1")
        .replace(/[^!-~]|["#<>]/g, (one) => `%${one.charCodeAt(0).toString(16).padStart(2, "0")}`);
      const accept = random.of(["*/*", "text/event-stream"]);
      const headers = { "s2-basin": basin, accept };
      const answer = await h1(endpoint, { path: `${PATH}?wait=0&${query}`, headers });
      // The tail that ours tells with its last batch S2's does not; both may.
      return essence({ ...answer, text: answer.text.replace(/,"tail":\{[^}]*\}(?=\}\n)/g, "") });
    }),
  );

  it("answer sessions alike", { timeout }, async () => {
    await compare(FRAMES, async ({ basin, session }, input, random) => {
      const headers = { ":method": "POST", "content-type": "s2s/proto", "s2-basin": basin };
      const call = new H2Call(session, PATH, headers);
      const cut = random.below(input.length + 1);
      call.stream.write(input.subarray(0, cut));
      call.stream.end(input.subarray(cut));
      await call.until(({ ended }) => ended);
      return `${call.status} ${frameEssence(call.bytes)}`;
    });
  });
});
