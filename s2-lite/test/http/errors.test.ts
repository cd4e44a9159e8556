import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { append, RECORDS, S2S, startWithStream } from "../support/one-stream.js";
import { H2Call, h1, h2connect, json } from "../support/raw.js";
import { appendPayload, frame } from "../support/s2s.js";
import { BASIN, startTestServer, startWithBasin } from "../support/server.js";

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
