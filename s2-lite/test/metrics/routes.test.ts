import { AppendInput, AppendRecord } from "@s2-dev/streamstore";
import { describe, expect, it } from "vitest";
import { H2Call, h1, h2connect } from "../support/raw.js";
import { seenFrames } from "../support/s2s.js";
import { startWithBasin } from "../support/server.js";

/** The values of all metrics, by name and labels. */
async function metricsOf(endpoint: string): Promise<Map<string, number>> {
  const { text } = await h1(endpoint, { path: "/metrics" });
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.replace(/ [^ ]+$/, ""), Number(line.split(" ").at(-1))]));
}

const batch = (...bodies: string[]) =>
  AppendInput.create(bodies.map((body) => AppendRecord.string({ body })));

describe("GET /metrics", () => {
  it("answers in Prometheus's text format, which every line follows", async () => {
    const { server } = await startWithBasin();
    const answer = await h1(server.endpoint, { path: "/metrics" });
    expect([answer.status, answer.headers["content-type"]]).toEqual([
      200,
      "text/plain; version=0.0.4; charset=utf-8",
    ]);
    const named = /^# (HELP|TYPE) (s2_lite|process)_[a-z_]+ .+$/;
    const valued = /^(s2_lite|process)_[a-z_]+(\{[a-z]+="[^"]*"\})? [-+\w.]+$/;
    const lines = answer.text.split("\n");
    expect(lines.pop()).toBe("");
    expect(lines.filter((line) => !named.test(line) && !valued.test(line))).toEqual([]);
    expect(lines.length).toBeGreaterThan(50);
  });

  it("counts batches, records and metered bytes once they are durable, and commits by how long they took", async () => {
    const { server, basin } = await startWithBasin();
    await basin.streams.create({ stream: "s" });
    const before = await metricsOf(server.endpoint);
    await basin.stream("s").append(batch("12", "3456"));
    await basin.stream("s").append(batch("7"));
    const after = await metricsOf(server.endpoint);
    const grown = (name: string) => (after.get(name) ?? Number.NaN) - (before.get(name) ?? Number.NaN);
    expect(grown("s2_lite_appends_total")).toBe(2);
    expect(grown("s2_lite_appended_records_total")).toBe(3);
    expect(grown("s2_lite_appended_bytes_total")).toBe(3 * 8 + 7);
    expect(grown("s2_lite_commit_duration_seconds_count")).toBe(2);
    expect(grown('s2_lite_commit_duration_seconds_bucket{le="+Inf"}')).toBe(2);
    expect(grown("s2_lite_requests_total")).toBe(3);
    expect(after.get("s2_lite_failed_commits_total")).toBe(0);
    expect([after.get("s2_lite_basins"), after.get("s2_lite_streams")]).toEqual([1, 1]);
  });

  it("tells what is under way: bytes in flight, followers, requests, streams in memory", async () => {
    let held: Promise<void> | undefined;
    let release = () => {};
    const { server, basin } = await startWithBasin({ beforeFlushed: () => held ?? Promise.resolve() });
    await basin.streams.create({ stream: "s" });
    await basin.stream("s").append(batch("first"));
    held = new Promise((resolve) => {
      release = resolve;
    });
    const reader = new H2Call(h2connect(server.endpoint), "/v1/streams/s/records?seq_num=0", {
      "content-type": "s2s/proto",
    });
    await reader.until((call) => seenFrames(call.bytes).length === 2); // a batch, then at the tail
    const appending = basin.stream("s").append(batch("x".repeat(92)));
    for (;;) if ((await metricsOf(server.endpoint)).get("s2_lite_in_flight_bytes") === 100) break;
    const busy = await metricsOf(server.endpoint);
    expect(busy.get("s2_lite_followers")).toBe(1);
    expect(busy.get("s2_lite_requests_in_progress")).toBe(3); // the reader, the append, and this one
    expect(busy.get("s2_lite_streams_in_memory")).toBe(1);
    held = undefined;
    release();
    await appending;
    reader.stream.close();
    for (;;) if ((await metricsOf(server.endpoint)).get("s2_lite_followers") === 0) break;
    expect((await metricsOf(server.endpoint)).get("s2_lite_in_flight_bytes")).toBe(0);
  });

  it("tells the file's size and how much of it is in use, and what is left to do in the background", async () => {
    const { server, basin } = await startWithBasin();
    await basin.streams.create({ stream: "s" });
    const empty = await metricsOf(server.endpoint);
    await basin.stream("s").append(batch("x".repeat(500_000)));
    const filled = await metricsOf(server.endpoint);
    const page = filled.get("s2_lite_page_bytes") ?? Number.NaN;
    const grown = (filled.get("s2_lite_live_pages") ?? 0) - (empty.get("s2_lite_live_pages") ?? 0);
    expect(grown * page).toBeGreaterThanOrEqual(500_000);
    expect(filled.get("s2_lite_file_bytes")).toBeGreaterThan(500_000);
    await basin.streams.delete({ stream: "s" });
    for (;;) {
      const now = await metricsOf(server.endpoint);
      const left = [...now].filter(([name]) => name.startsWith("s2_lite_background_tasks{"));
      expect(left.length).toBeGreaterThanOrEqual(3);
      if (left.every(([, value]) => value === 0) && now.get("s2_lite_streams") === 0) break;
    }
    expect((await metricsOf(server.endpoint)).get("s2_lite_free_pages")).toBeGreaterThan(100);
  });

  it("tells anonymous memory apart from the file's pages, where the kernel does", async () => {
    const { server } = await startWithBasin();
    const metrics = await metricsOf(server.endpoint);
    expect(metrics.get("process_resident_memory_bytes")).toBeGreaterThan(1_000_000);
    expect(metrics.has("s2_lite_anonymous_memory_bytes")).toBe(process.platform === "linux");
  });
});

describe("GET /health and /ping", () => {
  it("answer 200 while what comes can be stored, 503 with the reason while it cannot, and 200 again", async () => {
    let broken = false;
    const { server, basin } = await startWithBasin({
      beforeFlushed: () => (broken ? Promise.reject(new Error("no disk")) : Promise.resolve()),
    });
    const told = async () => {
      const answers = await Promise.all(["/health", "/ping"].map((path) => h1(server.endpoint, { path })));
      return answers.map(({ status, text }) => [status, text]);
    };
    const well = [200, "OK"];
    expect(await told()).toEqual([well, well]);
    broken = true;
    await expect(basin.streams.create({ stream: "s" })).rejects.toThrow();
    const ill = [503, "the write failed; whether it was stored is not known: no disk"];
    expect(await told()).toEqual([ill, ill]);
    broken = false;
    for (;;) if ((await told()).every(([status]) => status === 200)) break; // found out by itself
  });
});
