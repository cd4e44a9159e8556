import { describe, expect, it } from "vitest";
import { append, RECORDS, startWithStream } from "../support/one-stream.js";
import { h1, json } from "../support/raw.js";
import { appendPayload, fields } from "../support/s2s.js";

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
