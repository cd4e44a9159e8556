import * as net from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { MAX_DISCARDED_BYTES } from "../../src/limits.js";
import { H2Call, h1, h2connect, json } from "../support/raw.js";
import { appendPayload, fields, frame, seenFrames } from "../support/s2s.js";
import { BASIN, startTestServer, startWithBasin } from "../support/server.js";

const RECORDS = "/v1/streams/s/records";
const S2S = { "content-type": "s2s/proto" };

async function startWithStream(options = {}) {
  const { server } = await startWithBasin(options);
  await json(server.endpoint, "POST", "/v1/streams", { stream: "s" });
  return server.endpoint;
}

const append = (endpoint: string, ...bodies: string[]) =>
  json(endpoint, "POST", RECORDS, { records: bodies.map((body) => ({ body })) });

/** What a connection answers to bytes, until it is closed or has `length` bytes. */
function exchangeBytes(endpoint: string, chunks: readonly string[], enough: (text: string) => boolean) {
  return new Promise<string>((resolve, reject) => {
    const { hostname, port } = new URL(endpoint);
    const socket = net.connect(Number(port), hostname);
    let text = "";
    socket.setNoDelay(true);
    socket.on("data", (data) => {
      text += data.toString("latin1");
      if (enough(text)) {
        socket.destroy();
        resolve(text);
      }
    });
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
    void (async () => {
      for (const chunk of chunks) {
        socket.write(chunk);
        await new Promise((done) => setTimeout(done, 5));
      }
    })();
  });
}

describe("one port", () => {
  it("speaks HTTP/1.1 and HTTP/2, told apart by the first bytes, however these come", async () => {
    const { endpoint } = await startTestServer();
    expect((await h1(endpoint, { path: "/health" })).text).toBe("OK");
    const call = new H2Call(h2connect(endpoint), "/ping");
    await call.until((one) => one.ended);
    expect([call.status, call.bytes.toString()]).toEqual([200, "OK"]);
    const bytewise = "GET /health HTTP/1.1\r\nhost: x\r\n\r\n".split("");
    expect(await exchangeBytes(endpoint, bytewise, (text) => text.endsWith("OK"))).toContain("200 OK");
    const preface = ["PRI", " * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\0\0\0\x04\0\0\0\0\0"];
    const settings = await exchangeBytes(endpoint, preface, (text) => text.length >= 9);
    expect(settings.charCodeAt(3)).toBe(4); // a SETTINGS frame
    const post = ["P", "OST /nowhere HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n"];
    expect(await exchangeBytes(endpoint, post, (text) => text.includes("\r\n\r\n"))).toContain("404");
  });

  it("keeps a connection for several requests, also after one was refused with its body unread", async () => {
    const { endpoint } = await startTestServer();
    const bad = `POST /v1/basins HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nhello`;
    const good = "GET /health HTTP/1.1\r\nhost: x\r\n\r\n";
    const text = await exchangeBytes(endpoint, [bad + good], (seen) => seen.endsWith("OK"));
    expect(text).toContain("bad_json");
    expect(text).toContain("200 OK");
  });
});

describe("a client that goes on and on, though it has its answer", () => {
  it("loses the connection after a mebibyte, and not before", async () => {
    const { endpoint } = await startTestServer();
    const { hostname, port } = new URL(endpoint);
    const socket = net.connect(Number(port), hostname);
    const head = "POST /v1/basins HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
    const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined); // it is cut while it writes
    socket.write(head);
    let answer = "";
    await new Promise<void>((resolve) =>
      socket.on("data", (data) => {
        answer += data.toString();
        if (answer.includes("bad_json")) resolve();
      }),
    );
    for (let sent = 0; sent < 16; sent++) socket.write(chunk);
    await new Promise<void>((resolve) => socket.write("1\r\nx\r\n", () => resolve()));
    const endless = setInterval(() => socket.write(chunk), 1);
    await closed;
    clearInterval(endless);
    expect(socket.bytesWritten).toBeGreaterThan(MAX_DISCARDED_BYTES);
  });
});

describe("routing", () => {
  it("answers unknown paths 404 and wrong methods 405, both with no body", async () => {
    const { endpoint } = await startTestServer();
    for (const path of [
      "/",
      "/v1",
      "/v1/streams/",
      "/v1/streams/a/b",
      "/v2/basins",
      "/v1/streams/s/records/",
    ]) {
      const answer = await h1(endpoint, { path });
      expect([path, answer.status, answer.text]).toEqual([path, 404, ""]);
    }
    const answer = await h1(endpoint, { method: "DELETE", path: RECORDS });
    expect([answer.status, answer.text, answer.headers.allow]).toEqual([405, "", "GET,HEAD,POST"]);
    expect((await h1(endpoint, { method: "HEAD", path: "/health" })).status).toBe(200);
  });

  it("answers what only the cloud has with 501", async () => {
    const { endpoint } = await startTestServer();
    const { status, body } = await json(endpoint, "GET", "/v1/access-tokens");
    expect([status, body]).toEqual([501, { code: "not_implemented", message: "Not implemented" }]);
    expect((await json(endpoint, "GET", "/v1/metrics/some-basin/s?set=storage")).status).toBe(501);
  });
});

describe("errors", () => {
  it("have S2's statuses and codes", async () => {
    const endpoint = await startWithStream();
    const code = async (method: string, path: string, body?: unknown, headers = {}) => {
      const answer = await json(endpoint, method, path, body, headers);
      return `${answer.status} ${(answer.body as { code?: string } | undefined)?.code}`;
    };
    expect(await code("GET", "/v1/streams", undefined, { "s2-basin": "UPPER-CASE" })).toBe("400 bad_header");
    expect(await code("GET", "/v1/streams", undefined, { "s2-basin": "no-such-basin" })).toBe(
      "404 basin_not_found",
    );
    expect(await code("GET", "/v1/streams?limit=-1")).toBe("400 bad_query");
    expect(await code("GET", "/v1/streams?limit=1&limit=2")).toBe("400 bad_query");
    expect(await code("GET", "/v1/streams?prefix=%00")).toBe("400 bad_query");
    expect(await code("GET", "/v1/streams/%ff")).toBe("400 bad_path");
    expect(await code("GET", "/v1/streams/%00")).toBe("400 bad_path");
    expect(await code("GET", "/v1/streams/..")).toBe("400 bad_path");
    expect(await code("GET", "/v1/streams/none")).toBe("404 stream_not_found");
    expect(await code("DELETE", "/v1/streams/none")).toBe("404 stream_not_found");
    expect(await code("PUT", "/v1/basins/short")).toBe("400 bad_path");
    expect(await code("POST", "/v1/basins", { basin: "short" })).toBe("400 bad_json");
    expect(
      await code("POST", "/v1/basins", { basin: "long-enough", config: { stream_cipher: "aegis-256" } }),
    ).toBe("422 invalid");
    expect(await code("POST", "/v1/streams", { stream: "" })).toBe("400 bad_json");
    expect(await code("POST", "/v1/streams", { stream: "s" })).toBe("409 resource_already_exists");
    expect(await code("PATCH", "/v1/streams/s", { retention_policy: { age: 0 } })).toBe("422 invalid");
    expect(await code("PATCH", "/v1/streams/s", null)).toBe("400 bad_json");
    expect(await code("POST", RECORDS, {})).toBe("400 bad_json");
    expect(await code("POST", RECORDS, { records: [] })).toBe("422 invalid");
    expect(await code("POST", RECORDS, { records: [{ body: 1 }] })).toBe("400 bad_json");
    expect(await code("POST", RECORDS, { records: [{}], fencing_token: "x".repeat(37) })).toBe(
      "400 bad_json",
    );
    expect(await code("POST", RECORDS, { records: [{}] }, { "s2-format": "hex" })).toBe("400 bad_header");
    expect(await code("POST", RECORDS, { records: [{ body: "?" }] }, { "s2-format": "base64" })).toBe(
      "422 invalid",
    );
    expect(await code("POST", RECORDS, { records: [{}] }, { "content-type": "text/plain" })).toBe(
      "400 bad_json",
    );
    expect(await code("POST", RECORDS, { records: [{}] }, { "s2-stream-config": "{" })).toBe(
      "400 bad_header",
    );
    expect(await code("POST", RECORDS, { records: [{}] }, { "s2-encryption-key": "x".repeat(45) })).toBe(
      "400 bad_header",
    );
    expect(await code("GET", `${RECORDS}?seq_num=0&timestamp=0`)).toBe("422 invalid");
    expect(await code("GET", `${RECORDS}?timestamp=5&until=5`)).toBe("422 invalid");
    expect(await code("GET", `${RECORDS}?seq_num=x`)).toBe("400 bad_query");
    expect(await code("GET", `${RECORDS}?seq_num=18446744073709551616`)).toBe("400 bad_query");
    expect(await code("GET", `${RECORDS}?clamp=1`)).toBe("400 bad_query");
    expect(
      await code("GET", RECORDS, undefined, { accept: "text/event-stream", "last-event-id": "1,2" }),
    ).toBe("400 bad_header");
  });

  it("of conditions and positions have bodies of their own", async () => {
    const endpoint = await startWithStream();
    await append(endpoint, "a");
    const tail = (await json(endpoint, "GET", `${RECORDS}/tail`)).body;
    expect(await json(endpoint, "POST", RECORDS, { records: [{}], match_seq_num: 0 })).toMatchObject({
      status: 412,
      body: { seq_num_mismatch: 1 },
    });
    expect(await json(endpoint, "POST", RECORDS, { records: [{}], fencing_token: "x" })).toMatchObject({
      status: 412,
      body: { fencing_token_mismatch: "" },
    });
    for (const query of [
      "seq_num=1",
      "seq_num=18446744073709551615",
      "tail_offset=0",
      "",
      "seq_num=9&clamp=true",
    ])
      expect(await json(endpoint, "GET", `${RECORDS}?${query}`)).toMatchObject({
        status: 416,
        body: tail as object,
      });
    const empty = await json(endpoint, "GET", `${RECORDS}?seq_num=9&count=0`);
    expect([empty.status, empty.body]).toEqual([200, { records: [] }]);
  });

  it("of an unknown content-encoding are 415; gzip is accepted", async () => {
    const endpoint = await startWithStream();
    const body = gzipSync(JSON.stringify({ records: [{ body: "zipped" }] }));
    const headers = { "content-type": "application/json" };
    const request = { method: "POST", path: RECORDS, body };
    expect(
      (await h1(endpoint, { ...request, headers: { ...headers, "content-encoding": "br" } })).status,
    ).toBe(415);
    expect(
      (await h1(endpoint, { ...request, headers: { ...headers, "content-encoding": "gzip" } })).status,
    ).toBe(200);
    const { body: read } = await json(endpoint, "GET", `${RECORDS}?seq_num=0`);
    expect(read).toMatchObject({ records: [{ body: "zipped" }] });
  });

  it("never create a stream by an invalid request", async () => {
    const endpoint = await startWithStream();
    await json(endpoint, "PATCH", `/v1/basins/${BASIN}`, {
      create_stream_on_append: true,
      create_stream_on_read: true,
    });
    await json(endpoint, "POST", "/v1/streams/new/records", { records: [] });
    await json(endpoint, "GET", "/v1/streams/new/records?timestamp=2&until=1");
    expect((await json(endpoint, "GET", "/v1/streams/new")).status).toBe(404);
    expect((await json(endpoint, "GET", "/v1/streams/new/records")).status).toBe(416);
    expect((await json(endpoint, "GET", "/v1/streams/new")).status).toBe(200);
  });

  it("over HTTP/2 come in one DATA frame with their code, and the request is let go", async () => {
    const { server } = await startWithBasin();
    const call = new H2Call(h2connect(server.endpoint), RECORDS, { ":method": "POST", ...S2S });
    call.stream.write(frame(appendPayload("x")));
    await call.until((one) => one.ended);
    expect(call.status).toBe(404);
    expect(call.chunks).toHaveLength(1);
    expect(JSON.parse(call.bytes.toString())).toMatchObject({ code: "stream_not_found" });
    await new Promise((resolve) =>
      call.stream.closed ? resolve(undefined) : call.stream.once("close", resolve),
    );
  });
});

describe("idempotent creation", () => {
  it("repeats with the same token and config, and with nothing else", async () => {
    const { endpoint } = await startWithBasin().then(({ server }) => server);
    const create = async (token: string | undefined, config?: object) => {
      const headers: Record<string, string> = token === undefined ? {} : { "s2-request-token": token };
      const answer = await json(
        endpoint,
        "POST",
        "/v1/streams",
        { stream: "s", ...(config ? { config } : {}) },
        headers,
      );
      return `${answer.status} ${answer.headers["s2-provision-result"]}`;
    };
    expect(await create("key")).toBe("201 created");
    expect(await create("key")).toBe("201 noop");
    expect(await create("key", {})).toBe("201 noop");
    expect(await create("key", { delete_on_empty: {} })).toBe("409 undefined");
    expect(await create("other")).toBe("409 undefined");
    expect(await create(undefined)).toBe("409 undefined");
    await json(endpoint, "PUT", "/v1/streams/s", { retention_policy: { age: 5 } });
    expect(await create("key")).toBe("201 noop");
    expect(await create("x".repeat(37))).toBe("400 undefined");
  });
});

describe("formats", () => {
  it("carry bytes in JSON as text or base64", async () => {
    const endpoint = await startWithStream();
    const headers = { "s2-format": "base64" };
    const record = { headers: [["aw==", "/w=="]], body: "/wA=" };
    await json(endpoint, "POST", RECORDS, { records: [record] }, headers);
    const raw = await json(endpoint, "GET", `${RECORDS}?seq_num=0`);
    expect(raw.body).toMatchObject({ records: [{ headers: [["k", "\ufffd"]], body: "\ufffd\0" }] });
    const base64 = await json(endpoint, "GET", `${RECORDS}?seq_num=0`, undefined, headers);
    expect(base64.body).toMatchObject({ records: [record] });
  });

  it("may differ between an append and its answer", async () => {
    const endpoint = await startWithStream();
    const proto = { "content-type": "application/x-protobuf; charset=x", accept: "Application/JSON" };
    const first = await h1(endpoint, {
      method: "POST",
      path: RECORDS,
      headers: proto,
      body: appendPayload("a"),
    });
    expect(JSON.parse(first.text)).toMatchObject({ start: { seq_num: 0 }, end: { seq_num: 1 } });
    const second = await h1(endpoint, {
      method: "POST",
      path: RECORDS,
      headers: { "content-type": "application/vnd.x+json", accept: "application/protobuf, */*" },
      body: '{"records":[{"body":"b"}]}',
    });
    expect(second.headers["content-type"]).toBe("application/protobuf");
    expect([...fields(second.bytes).keys()]).toEqual([1, 2, 3]);
    const bad = await h1(endpoint, {
      method: "POST",
      path: RECORDS,
      headers: proto,
      body: Buffer.from([0x0a, 9]),
    });
    expect([bad.status, JSON.parse(bad.text).code]).toEqual([400, "bad_proto"]);
  });
});

describe("SSE", () => {
  it("has ids to go on from, counted over reconnects, and ends with [DONE]", async () => {
    const endpoint = await startWithStream({ now: () => 7 });
    await append(endpoint, "aa", "bb");
    await append(endpoint, "cc", "dd");
    const sse = (query: string, id?: string) =>
      h1(endpoint, {
        path: `${RECORDS}?${query}`,
        headers: { accept: "text/event-stream", ...(id === undefined ? {} : { "last-event-id": id }) },
      });
    const whole = await sse("seq_num=0&count=3");
    expect(whole.headers).toMatchObject({ "content-type": "text/event-stream", "x-accel-buffering": "no" });
    expect(whole.text).toMatch(/^event: batch\nid: 2,3,30\ndata: \{"records":.*\}\n\ndata: \[DONE\]\n\n$/);
    const resumed = await sse("seq_num=0&count=3", "0,1,10");
    expect(resumed.text).toMatch(/^event: batch\nid: 2,3,30\ndata: \{"records":\[\{"seq_num":1,/);
    expect((await sse("seq_num=0&count=3", "2,3,30")).text).toBe("data: [DONE]\n\n");
    expect((await sse("seq_num=0&count=9", "8,1,10")).status).toBe(416);
    expect((await sse("seq_num=0&count=9&clamp=true&wait=0", "8,1,10")).status).toBe(416);
    expect((await sse("seq_num=4&wait=0")).text).toBe("data: [DONE]\n\n");
  });
});

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
