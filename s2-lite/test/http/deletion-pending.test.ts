import { describe, expect, it, onTestFinished } from "vitest";
import { h1, json } from "../support/raw.js";
import { BASIN, startWithBasin } from "../support/server.js";

/** A server whose commits go through as many as are let; the others wait for the test's end. */
async function startHeld() {
  let letThrough = Number.POSITIVE_INFINITY;
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const beforeFlushed = async () => {
    letThrough--;
    if (letThrough < 0) await released;
  };
  const { server } = await startWithBasin({ beforeFlushed });
  onTestFinished(() => release()); // before the server is closed, which waits for its commits
  const allow = (commits: number) => {
    letThrough = commits;
  };
  const outcome = async (method: string, path: string, body?: unknown) => {
    const answer = await json(server.endpoint, method, path, body);
    return `${answer.status} ${(answer.body as { code?: string } | undefined)?.code ?? ""}`.trim();
  };
  const inProgress = async () => {
    const { text } = await h1(server.endpoint, { path: "/metrics" });
    return Number(/^s2_lite_requests_in_progress (\d+)$/m.exec(text)?.[1]) - 1; // but for this one
  };
  return { allow, release, outcome, inProgress, endpoint: server.endpoint };
}

describe("while a stream is deleted", () => {
  it("everything about it is 409 but another DELETE, and the listing shows it", async () => {
    const { allow, release, outcome, inProgress, endpoint } = await startHeld();
    await outcome("PUT", "/v1/streams/s");
    await outcome("POST", "/v1/streams/s/records", { records: [{ body: "a" }] });
    allow(1); // the mark; the purge waits when it has removed the record, and the name is still there
    expect(await outcome("DELETE", "/v1/streams/s")).toBe("202");
    const pending = "409 stream_deletion_pending";
    expect(await outcome("GET", "/v1/streams/s")).toBe(pending);
    expect(await outcome("PUT", "/v1/streams/s")).toBe(pending);
    expect(await outcome("PATCH", "/v1/streams/s", {})).toBe(pending);
    expect(await outcome("POST", "/v1/streams", { stream: "s" })).toBe(pending);
    expect(await outcome("DELETE", "/v1/streams/s")).toBe("202");
    expect((await json(endpoint, "GET", "/v1/streams")).body).toMatchObject({
      streams: [{ name: "s", deleted_at: expect.stringMatching(/Z$/) }],
    });
    // Whoever wants its records hears of it when everything accepted so far is on the disk.
    const records = [
      outcome("POST", "/v1/streams/s/records", { records: [{}] }),
      outcome("GET", "/v1/streams/s/records?seq_num=0&count=0"),
      outcome("GET", "/v1/streams/s/records/tail"),
    ];
    await expect.poll(inProgress).toBe(records.length);
    release();
    expect(await Promise.all(records)).toEqual(records.map(() => pending));
    await expect.poll(() => outcome("GET", "/v1/streams/s")).toBe("404 stream_not_found");
    expect((await json(endpoint, "GET", "/v1/streams")).body).toEqual({ streams: [], has_more: false });
  });
});

describe("while a basin is deleted", () => {
  it("it takes no change and nothing new; what there is can be read", async () => {
    const { allow, release, outcome, endpoint } = await startHeld();
    await outcome("PUT", "/v1/streams/s");
    await outcome("POST", "/v1/streams/s/records", { records: [{ body: "a" }] });
    await outcome("PATCH", `/v1/basins/${BASIN}`, { create_stream_on_append: true });
    allow(1); // the basin's mark, and not those of its streams
    const path = `/v1/basins/${BASIN}`;
    expect(await outcome("DELETE", path)).toBe("202");
    const pending = "409 basin_deletion_pending";
    expect(await outcome("POST", "/v1/basins", { basin: BASIN })).toBe(pending);
    expect(await outcome("PUT", path)).toBe(pending);
    expect(await outcome("PATCH", path, {})).toBe(pending);
    expect(await outcome("POST", "/v1/streams", { stream: "new" })).toBe(pending);
    expect(await outcome("PUT", "/v1/streams/new")).toBe(pending);
    expect(await outcome("PATCH", "/v1/streams/new", {})).toBe(pending);
    expect(await outcome("POST", "/v1/streams/new/records", { records: [{}] })).toBe(pending);
    expect(await outcome("GET", "/v1/streams/new/records/tail")).toBe("404 stream_not_found");
    expect(await outcome("GET", path)).toBe("200");
    expect(await outcome("DELETE", path)).toBe("202");
    expect(await outcome("GET", "/v1/streams")).toBe("200");
    expect((await json(endpoint, "GET", "/v1/basins")).body).toMatchObject({
      basins: [{ name: BASIN, state: "deleting", deleted_at: expect.stringMatching(/Z$/) }],
    });
    release();
    await expect.poll(() => outcome("GET", path)).toBe("404 basin_not_found");
    expect(await outcome("POST", "/v1/basins", { basin: BASIN })).toBe("201");
    expect((await json(endpoint, "GET", "/v1/streams")).body).toEqual({ streams: [], has_more: false });
  });
});
