import { deepEqual, equal, ok } from "node:assert/strict";
import * as zlib from "node:zlib";
import { gzipSync } from "node:zlib";
import { group } from "../case.js";
import type { ConformanceContext } from "../context.js";
import { FLAGS, frame, MAX_FRAME_LENGTH, type SeenFrame } from "./tools/frames.js";
import { bodies, bytesField, encodeAppend, integerField } from "./tools/proto.js";
import { AppendSession, ReadSession } from "./tools/sessions.js";
import { StreamClient } from "./tools/stream.js";

/** Sends a good input and then these bytes, and ends; what became of it. */
async function after(ctx: ConformanceContext, ...writes: Buffer[]): Promise<(number | string)[]> {
  const stream = await StreamClient.make(ctx);
  const session = AppendSession.begin(stream.basin, stream.path);
  session.write(frame(bodies("good")));
  for (const bytes of writes) session.write(bytes);
  session.end();
  const result = await session.result();
  equal(await stream.next(), result.filter((each) => typeof each === "number").length);
  return result;
}

function head(length: number, flags = 0): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUIntBE(length, 0, 3);
  bytes[3] = flags;
  return bytes;
}

const zstdCompress = (zlib as { zstdCompressSync?: (bytes: Buffer) => Buffer }).zstdCompressSync;

const NO_ZSTD =
  "Node has zstd from 22.15 on; before that frames go out as gzip or as they are, and those that come in zstd are refused.";

/** What a client's frames may be. */
export const FRAMES = group("frames", {
  "a partial frame at the end is a bad frame, told after the acks": async (ctx) => {
    const whole = frame(bodies("more"));
    for (const length of [1, 2, 3, 4, whole.length - 1])
      deepEqual(await after(ctx, whole.subarray(0, length)), [0, "400 bad_frame"], `${length} bytes`);
  },

  "a length of zero is a bad frame": async (ctx) => {
    deepEqual(await after(ctx, Buffer.alloc(3), frame(bodies("more"))), [0, "400 bad_frame"]);
  },

  "a length above 2 MiB is judged by itself, without waiting for the frame": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const session = AppendSession.begin(stream.basin, stream.path);
    session.write(frame(bodies("good")));
    session.write(head(MAX_FRAME_LENGTH + 1));
    deepEqual(await session.result(), [0, "400 bad_frame"]);
  },

  "a frame of exactly 2 MiB is taken, if what is in it is": async (ctx) => {
    const record = encodeAppend({ records: [{ body: "x" }] });
    const padding = MAX_FRAME_LENGTH - 1 - record.length;
    // An unknown field of bytes, whose own head takes 4 of them, fills the frame.
    const payload = Buffer.concat([record, bytesField(15, Buffer.alloc(padding - 4))]);
    equal(payload.length, MAX_FRAME_LENGTH - 1);
    deepEqual(await after(ctx, frame(payload)), [0, 1]);
  },

  "a client sends no terminal frame": async (ctx) => {
    const body = Buffer.from("{}");
    const terminal = frame(Buffer.concat([Buffer.from([0, 200]), body]), FLAGS.terminal);
    deepEqual(await after(ctx, terminal, frame(bodies("more"))), [0, "400 bad_frame"]);
    deepEqual(await after(ctx, frame(Buffer.alloc(0), FLAGS.terminal)), [0, "400 bad_frame"]);
  },

  "a third compression there is not": async (ctx) => {
    deepEqual(await after(ctx, frame(bodies("more"), FLAGS.gzip | FLAGS.zstd)), [0, "400 bad_frame"]);
  },

  "the other flags are ignored": async (ctx) => {
    deepEqual(
      await after(ctx, frame(bodies("more"), 0x0f), frame(bodies("more"), FLAGS.reconnect)),
      [0, 1, 2],
    );
  },

  "a frame without payload is an append without records": async (ctx) => {
    deepEqual(await after(ctx, frame(Buffer.alloc(0))), [0, "422 invalid"]);
  },

  "an undecodable message is a bad frame": async (ctx) => {
    for (const [what, bytes] of Object.entries({
      "cut off": bytesField(1, "abc").subarray(0, 3),
      "record cut off": bytesField(1, Buffer.from([0x1a, 5, 0x61])),
      "token not UTF-8": Buffer.concat([bodies("x"), bytesField(3, Buffer.from([0xff]))]),
      "field 0": Buffer.from([0x00, 0x00]),
      "records as integer": integerField(1, 1),
      "number as bytes": bytesField(2, "1"),
      "varint of 11 bytes": Buffer.from([0x10, ...Array<number>(10).fill(0xff), 0x01]),
      "varint above 2^64": Buffer.from([0x10, ...Array<number>(9).fill(0xff), 0x02]),
      "wire type 7": Buffer.from([0x7f]),
      "end of no group": Buffer.from([0x7c]),
    }))
      deepEqual(await after(ctx, frame(bytes)), [0, "400 bad_frame"], what);
  },

  "the same messages are bad protobuf when they come alone": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    for (const bytes of [bytesField(1, "abc").subarray(0, 3), integerField(1, 1), Buffer.from([0x7f])])
      equal(await stream.protoOutcome(bytes), "400 bad_proto");
  },

  "unknown fields of every type are skipped": async (ctx) => {
    const unknown = Buffer.concat([
      integerField(9, 2n ** 64n - 1n),
      bytesField(10, "bytes"),
      Buffer.from([(11 << 3) | 5, 1, 2, 3, 4]),
      Buffer.from([(12 << 3) | 1, 1, 2, 3, 4, 5, 6, 7, 8]),
      Buffer.from([(13 << 3) | 3, (1 << 3) | 0, 7, (13 << 3) | 4]),
    ]);
    const record = Buffer.concat([unknown, bytesField(3, "more"), unknown]);
    deepEqual(await after(ctx, frame(Buffer.concat([unknown, bytesField(1, record), unknown]))), [0, 1]);
  },

  "the last of a field that comes twice counts": async (ctx) => {
    const twice = Buffer.concat([bodies("x"), integerField(2, 7), integerField(2, 1)]);
    deepEqual(await after(ctx, frame(twice)), [0, 1]);
  },

  "gzip is unpacked whatever its size, and said or not said in a header": async (ctx) => {
    for (const body of ["", "small", "large".repeat(10_000)])
      deepEqual(await after(ctx, frame(gzipSync(bodies(body)), FLAGS.gzip)), [0, 1]);
  },

  "zstd is unpacked": {
    run: async (ctx) => {
      const packed = zstdCompress?.(bodies("zstd!")) ?? storedZstd(bodies("zstd!"));
      const stream = await StreamClient.make(ctx);
      const session = AppendSession.begin(stream.basin, stream.path);
      session.write(frame(packed, FLAGS.zstd));
      session.end();
      deepEqual(await session.result(), [0]);
      equal((await stream.records("seq_num=0"))[0]?.body, "zstd!");
    },
    differs: {
      reason: NO_ZSTD,
      run: async (ctx) => {
        if (zstdCompress !== undefined)
          deepEqual(await after(ctx, frame(zstdCompress(bodies("zstd!")), FLAGS.zstd)), [0, 1]);
        else
          deepEqual(await after(ctx, frame(storedZstd(bodies("zstd!")), FLAGS.zstd)), [0, "400 bad_frame"]);
      },
    },
  },

  "corrupt compression is a bad frame": async (ctx) => {
    const packed = gzipSync(bodies("more"));
    const broken = Buffer.from(packed);
    broken.writeUInt8((broken[broken.length - 5] ?? 0) ^ 0xff, broken.length - 5); // its checksum
    for (const bytes of [
      Buffer.from("nonsense"),
      packed.subarray(0, packed.length - 9),
      broken,
      Buffer.alloc(0),
    ]) {
      deepEqual(await after(ctx, frame(bytes, FLAGS.gzip)), [0, "400 bad_frame"]);
    }
    deepEqual(await after(ctx, frame(Buffer.from("nonsense"), FLAGS.zstd)), [0, "400 bad_frame"]);
  },

  "what unpacks to more than 2 MiB is a bad frame": async (ctx) => {
    const padded = (bytes: number) => {
      const record = bodies("x");
      const padding = bytes - record.length;
      return Buffer.concat([record, bytesField(15, Buffer.alloc(padding - 4))]);
    };
    const most = padded(MAX_FRAME_LENGTH - 1);
    equal(most.length, MAX_FRAME_LENGTH - 1);
    deepEqual(await after(ctx, frame(gzipSync(most), FLAGS.gzip)), [0, 1]);
    deepEqual(await after(ctx, frame(gzipSync(padded(MAX_FRAME_LENGTH)), FLAGS.gzip)), [0, "400 bad_frame"]);
    const bomb = gzipSync(Buffer.alloc(512 * 1024 * 1024));
    ok(bomb.length < MAX_FRAME_LENGTH);
    deepEqual(await after(ctx, frame(bomb, FLAGS.gzip)), [0, "400 bad_frame"]);
  },
});

/** A zstd frame that holds bytes (fewer than 256) as they are, in one raw block. */
function storedZstd(bytes: Buffer): Buffer {
  const block = Buffer.alloc(3);
  block.writeUIntLE(1 | (bytes.length << 3), 0, 3);
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, bytes.length]), block, bytes]);
}

const LARGE = "0123456789".repeat(200);

/** In what a server's frames are packed. */
export const FRAME_COMPRESSION = group("frame compression", {
  "nothing is packed unless it is asked for": async (ctx) => {
    equal(await flagsOf(ctx, LARGE, undefined), 0);
    for (const none of [
      "",
      "identity",
      "br, deflate",
      "*",
      "x-gzip",
      "gzip;q=0",
      "gzip;q=-.0e9",
      "gzip;q=0.",
      "gzip; Q=0.000, *",
    ])
      equal(await flagsOf(ctx, LARGE, none), 0, none);
  },

  "gzip is used when it is accepted, with any weight but zero": async (ctx) => {
    for (const gzip of [
      "gzip",
      "GZIP",
      "br, gzip;q=0.1",
      "gzip;q=x",
      "gzip;q=",
      "gzip;q=0x0",
      "gzip;level=0",
      "zstd;q=0, gzip",
    ])
      equal(await flagsOf(ctx, LARGE, gzip), FLAGS.gzip, gzip);
  },

  "payloads below 1,024 bytes are never packed": async (ctx) => {
    const around = (await onlyFrame(ctx, "x".repeat(900))).payload.length - 900;
    equal((await onlyFrame(ctx, "x".repeat(1_023 - around), "gzip")).flags, 0);
    equal((await onlyFrame(ctx, "x".repeat(1_024 - around), "gzip")).flags, FLAGS.gzip);
  },

  "the header may come in several lines": async (ctx) => {
    equal(await flagsOf(ctx, LARGE, ["br", "gzip"]), FLAGS.gzip);
  },

  "zstd is used before gzip": {
    run: async (ctx) => {
      for (const zstd of ["zstd", "gzip, zstd", "gzip;q=1, ZSTD;q=0.1", "zstd;q=1;x"])
        equal(await flagsOf(ctx, LARGE, zstd), FLAGS.zstd, zstd);
    },
    differs: {
      reason:
        "Node has zstd from 22.15 on; before that a frame is sent as gzip or as it is, and says so itself.",
      run: async (ctx) => {
        const has = zstdCompress !== undefined;
        equal(await flagsOf(ctx, LARGE, "zstd"), has ? FLAGS.zstd : 0);
        equal(await flagsOf(ctx, LARGE, "gzip, zstd"), has ? FLAGS.zstd : FLAGS.gzip);
      },
    },
  },
});

/** Reads one record with this body in a session, and returns the one frame that it comes in. */
async function onlyFrame(
  ctx: ConformanceContext,
  body: string,
  encoding?: string | readonly string[],
): Promise<SeenFrame> {
  const stream = await StreamClient.make(ctx, { timestamping: { mode: "client-require" } });
  await stream.append({ records: [{ timestamp: 1, body }] });
  const headers = encoding === undefined ? {} : { "accept-encoding": encoding };
  const session = ReadSession.begin(stream.basin, `${stream.path}?seq_num=0&wait=0`, { headers });
  await session.over();
  const [first, ...more] = session.frames;
  if (first === undefined || more.length > 0) throw new Error(`${session.frames.length} frames`);
  if (first.flags !== FLAGS.zstd) equal(session.records[0]?.body, body);
  return first;
}

async function flagsOf(
  ctx: ConformanceContext,
  body: string,
  encoding: string | readonly string[] | undefined,
): Promise<number> {
  return (await onlyFrame(ctx, body, encoding)).flags;
}
