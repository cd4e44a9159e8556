import { describe, expect, it } from "vitest";
import { append, RECORDS, S2S, startWithStream } from "../support/one-stream.js";
import { exchangeBytes, H2Call, h2connect, json } from "../support/raw.js";
import { appendPayload, fields, frame, seenFrames } from "../support/s2s.js";
import { BASIN } from "../support/server.js";

describe("S2S sessions", () => {
  it("acknowledge over HTTP/1.1 too, while the request is still open", async () => {
    const endpoint = await startWithStream();
    const body = frame(appendPayload("a", "b"));
    const head = `POST ${RECORDS} HTTP/1.1\r\nhost: x\r\ns2-basin: ${BASIN}\r\ncontent-type: s2s/proto\r\ntransfer-encoding: chunked\r\n\r\n`;
    const chunk = `${body.length.toString(16)}\r\n${body.toString("latin1")}\r\n`;
    const seen = await exchangeBytes(
      endpoint,
      [head, chunk],
      (text) => text.includes("\r\n\r\n") && text.split("\r\n\r\n")[1] !== "",
    );
    expect(seen).toMatch(/200 OK[\s\S]*s2s\/proto/i);
    expect((await json(endpoint, "GET", `${RECORDS}/tail`)).body).toMatchObject({ tail: { seq_num: 2 } });
  });

  it("acknowledge everything before an END_STREAM and then end", async () => {
    const endpoint = await startWithStream();
    const call = new H2Call(h2connect(endpoint), RECORDS, { ":method": "POST", ...S2S });
    const bytes = Buffer.concat([frame(appendPayload("a")), frame(appendPayload("b", "c"))]);
    for (const byte of bytes) call.stream.write(Buffer.from([byte]));
    call.stream.end();
    await call.until((one) => one.ended);
    const frames = seenFrames(call.bytes);
    expect(frames.map((one) => one.flags)).toEqual([0, 0]);
    expect(
      fields(frames[1]?.payload ?? Buffer.alloc(0))
        .get(2)?.[0]
        ?.subarray(0, 2),
    ).toEqual(Buffer.from([8, 3]));
  });

  it("acknowledge what was good before a bad frame, then tell the error, and apply nothing after it", async () => {
    const endpoint = await startWithStream();
    const bad: [string, Buffer, number, string][] = [
      ["bad protobuf", frame(Buffer.from([0x0a, 0x7f])), 400, "bad_frame"],
      ["an empty batch", frame(Buffer.alloc(0)), 422, "invalid"],
      ["length 0", Buffer.from([0, 0, 0]), 400, "bad_frame"],
      ["a terminal frame", frame(Buffer.from([1, 244]), 0x80), 400, "bad_frame"],
    ];
    for (const [index, [what, bytes, status, code]] of bad.entries()) {
      const call = new H2Call(h2connect(endpoint), RECORDS, { ":method": "POST", ...S2S });
      call.stream.write(Buffer.concat([frame(appendPayload("good")), bytes, frame(appendPayload("late"))]));
      await call.until((one) => one.ended);
      const frames = seenFrames(call.bytes);
      expect([what, frames.map((one) => one.flags)]).toEqual([what, [0, 0x80]]);
      const terminal = frames[1]?.payload ?? Buffer.alloc(0);
      expect([what, terminal.readUInt16BE(0)]).toEqual([what, status]);
      expect(JSON.parse(terminal.toString("utf8", 2))).toMatchObject({ code });
      expect((await json(endpoint, "GET", `${RECORDS}/tail`)).body).toMatchObject({
        tail: { seq_num: index + 1 },
      });
    }
  });

  it("that end within a frame are told so", async () => {
    const endpoint = await startWithStream();
    const call = new H2Call(h2connect(endpoint), RECORDS, { ":method": "POST", ...S2S });
    call.stream.end(frame(appendPayload("a")).subarray(0, 6));
    await call.until((one) => one.ended);
    expect(seenFrames(call.bytes)[0]?.payload.toString("utf8", 2)).toContain("bad_frame");
  });

  it("refuse a condition with S2's body, after the acks before it", async () => {
    const endpoint = await startWithStream();
    const call = new H2Call(h2connect(endpoint), RECORDS, { ":method": "POST", ...S2S });
    const conditional = Buffer.concat([appendPayload("b"), Buffer.from([0x10, 9])]);
    call.stream.write(
      Buffer.concat([frame(appendPayload("a")), frame(conditional), frame(appendPayload("c"))]),
    );
    await call.until((one) => one.ended);
    const [ack, terminal] = seenFrames(call.bytes);
    expect([ack?.flags, terminal?.flags, terminal?.payload.readUInt16BE(0)]).toEqual([0, 0x80, 412]);
    expect(JSON.parse(terminal?.payload.toString("utf8", 2) ?? "")).toEqual({ seq_num_mismatch: 1 });
    expect((await json(endpoint, "GET", `${RECORDS}/tail`)).body).toMatchObject({ tail: { seq_num: 1 } });
  });

  it("that read send a heartbeat with the tail on beginning to follow, and again when quiet", async () => {
    const endpoint = await startWithStream({ heartbeatMs: () => 20, now: () => 3 });
    await append(endpoint, "a");
    const call = new H2Call(h2connect(endpoint), `${RECORDS}?seq_num=0`, S2S);
    await call.until((one) => seenFrames(one.bytes).length >= 4);
    const frames = seenFrames(call.bytes).map((one) => fields(one.payload));
    expect(frames[0]?.get(1)).toHaveLength(1);
    for (const heartbeat of frames.slice(1, 4)) {
      expect(heartbeat.get(1)).toBeUndefined();
      expect(heartbeat.get(2)?.[0]).toEqual(Buffer.from([8, 1, 16, 3]));
    }
    await append(endpoint, "b");
    await call.until((one) =>
      seenFrames(one.bytes).some((seen) => fields(seen.payload).get(1)?.[0]?.includes("b")),
    );
    call.stream.close();
  });

  it("that read what is limited end without a heartbeat, cleanly", async () => {
    const endpoint = await startWithStream();
    await append(endpoint, "a", "b");
    const flags = async (query: string) => {
      const call = new H2Call(h2connect(endpoint), `${RECORDS}?${query}`, S2S);
      await call.until((one) => one.ended);
      return [call.status, ...seenFrames(call.bytes).map((one) => fields(one.payload).get(1)?.length ?? 0)];
    };
    expect(await flags("seq_num=0&count=1")).toEqual([200, 1]);
    expect(await flags("seq_num=0&count=9")).toEqual([200, 2]);
    expect(await flags("seq_num=0&wait=0")).toEqual([200, 2]);
    expect(await flags("seq_num=2&wait=0")).toEqual([200]);
    expect(await flags("seq_num=9&count=0")).toEqual([200]);
    expect((await flags("seq_num=2&count=1"))[0]).toBe(416);
    expect(await flags("seq_num=0&bytes=8")).toEqual([200]);
    expect(await flags("seq_num=0&until=1")).toEqual([200]);
  });
});
