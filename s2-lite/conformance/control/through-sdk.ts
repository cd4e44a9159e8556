import { deepEqual, equal } from "node:assert/strict";
import { S2Error } from "@s2-dev/streamstore";
import { group } from "../case.js";

/** What an SDK call comes to: `done`, or status and code of its error. */
async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "done";
  } catch (error) {
    if (error instanceof S2Error) return `${error.status} ${error.code ?? error.message}`;
    throw error;
  }
}

async function names(items: AsyncIterable<{ readonly name: string }>): Promise<readonly string[]> {
  const seen: string[] = [];
  for await (const { name } of items) seen.push(name);
  return seen;
}

/** Basins and streams through the official SDK. */
export const CONTROL_THROUGH_SDK = group("basins and streams through the SDK", {
  "basins are created, ensured, reconfigured, told, listed and deleted": async (ctx) => {
    const s2 = ctx.sdk();
    const basin = ctx.basinName();
    ctx.deleteLater(basin);
    const made = await s2.basins.create({ basin, config: { createStreamOnAppend: true } });
    deepEqual([made.name, made.deletedAt, made.createdAt instanceof Date], [basin, null, true]);
    equal(await outcome(s2.basins.create({ basin })), "409 resource_already_exists");
    equal((await s2.basins.ensure({ basin, config: { createStreamOnAppend: true } })).result, "noop");
    equal((await s2.basins.ensure({ basin })).result, "updated");
    const defaultStreamConfig = { retentionPolicy: { ageSecs: 60 }, deleteOnEmpty: { minAgeSecs: 5 } };
    const changed = await s2.basins.reconfigure({ basin, createStreamOnRead: true, defaultStreamConfig });
    deepEqual(await s2.basins.getConfig({ basin }), changed);
    equal(changed.createStreamOnRead, true);
    deepEqual(changed.defaultStreamConfig?.retentionPolicy, { ageSecs: 60 });
    deepEqual(await names(s2.basins.listAll({ prefix: basin })), [basin]);
    equal(await outcome(s2.basins.delete({ basin })), "done");
    deepEqual(await names(s2.basins.listAll({ prefix: basin })), []);
  },

  "streams are created, ensured, reconfigured, told, listed and deleted": async (ctx) => {
    const { name } = await ctx.newBasin();
    const { streams } = ctx.sdk().basin(name);
    const stream = "a/b c+é";
    const made = await streams.create({ stream, config: { timestamping: { mode: "arrival" } } });
    deepEqual([made.name, made.deletedAt, made.createdAt instanceof Date], [stream, null, true]);
    equal(await outcome(streams.create({ stream })), "409 resource_already_exists");
    deepEqual(await streams.getConfig({ stream }), {
      storageClass: "express",
      retentionPolicy: { ageSecs: 604_800 },
      timestamping: { mode: "arrival", uncapped: false },
      deleteOnEmpty: { minAgeSecs: 0 },
    });
    const changed = await streams.reconfigure({
      stream,
      retentionPolicy: { infinite: {} },
      timestamping: null,
    });
    deepEqual(await streams.getConfig({ stream }), changed);
    deepEqual(changed.timestamping, { mode: "client-prefer", uncapped: false });
    equal((await streams.ensure({ stream })).result, "updated");
    equal((await streams.ensure({ stream })).result, "noop");
    equal((await streams.ensure({ stream: "other" })).result, "created");
    deepEqual(await names(streams.listAll({ limit: 1 })), [stream, "other"]);
    equal(await outcome(streams.delete({ stream })), "done");
    equal(await outcome(streams.delete({ stream: "none" })), "404 stream_not_found");
    await ctx.eventually(async () => deepEqual(await names(streams.listAll()), ["other"]));
  },

  "listAll reads page after page": async (ctx) => {
    const { name } = await ctx.newBasin();
    const { streams } = ctx.sdk().basin(name);
    const made = Array.from({ length: 25 }, (_, index) => `s${String(index).padStart(2, "0")}`);
    await Promise.all(made.map((stream) => streams.create({ stream })));
    deepEqual(await names(streams.listAll({ limit: 10, prefix: "s" })), made);
    const page = await streams.list({ limit: 10, prefix: "s", startAfter: "s00" });
    deepEqual([page.streams.length, page.hasMore], [10, true]);
  },

  "errors carry status and code": async (ctx) => {
    const s2 = ctx.sdk();
    const basin = ctx.basinName();
    equal(await outcome(s2.basins.getConfig({ basin })), "404 basin_not_found");
    equal(await outcome(s2.basin(basin).streams.list()), "404 basin_not_found");
    equal(await outcome(s2.basin(basin).streams.getConfig({ stream: "s" })), "404 stream_not_found");
    const { name } = await ctx.newBasin();
    const config = { retentionPolicy: { ageSecs: 0 } };
    equal(await outcome(s2.basin(name).streams.create({ stream: "s", config })), "422 invalid");
  },

  "what only the cloud has is 501, and not tried again": async (ctx) => {
    const s2 = ctx.sdk({ retry: { maxAttempts: 5, minBaseDelayMillis: 60_000 } });
    const range = { start: 0, end: 60 };
    const none = "501 not_implemented";
    equal(await outcome(s2.accessTokens.list()), none);
    equal(await outcome(s2.accessTokens.issue({ id: "id", scope: {} })), none);
    equal(await outcome(s2.accessTokens.revoke({ id: "id" })), none);
    equal(await outcome(s2.metrics.account({ set: "active-basins", ...range })), none);
    equal(await outcome(s2.metrics.basin({ basin: "some-basin", set: "storage", ...range })), none);
    equal(
      await outcome(s2.metrics.stream({ basin: "some-basin", stream: "s", set: "storage", ...range })),
      none,
    );
    equal(await outcome(s2.locations.list()), none);
    equal(await outcome(s2.locations.getDefault()), none);
    equal(await outcome(s2.locations.setDefault({ location: "aws:us-east-1" })), none);
  },

  "creations carry a token of the SDK's own, so that one tried again is a noop": async (ctx) => {
    const basin = ctx.basinName();
    ctx.deleteLater(basin);
    const args = { basin, config: { createStreamOnRead: true } };
    let calls = 0;
    const lossy: typeof fetch = async (...request) => {
      const answer = await fetch(...request);
      calls++;
      if (calls === 1) throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });
      return answer;
    };
    const s2 = ctx.sdk({ retry: { maxAttempts: 2, minBaseDelayMillis: 1 } });
    const made = await s2.basins.create(args, { fetch: lossy } as Parameters<typeof s2.basins.create>[1]);
    deepEqual([made.name, calls], [basin, 2]);
  },
});
