import { deepEqual, equal } from "node:assert/strict";
import { bodyOf } from "../answer.js";
import type { BasinClient } from "../basin-client.js";
import { group } from "../case.js";
import type { ConformanceContext } from "../context.js";

interface Listed {
  readonly names: readonly string[];
  readonly more: boolean;
}

/** The streams that a query lists. */
async function streams(basin: BasinClient, query = ""): Promise<Listed> {
  const body = bodyOf(await basin.request("GET", `/v1/streams?${query}`)) as {
    streams: { name: string }[];
    has_more: boolean;
  };
  return { names: body.streams.map(({ name }) => name), more: body.has_more };
}

/** The basins that a query lists. */
async function basins(ctx: ConformanceContext, query: string): Promise<Listed> {
  const body = bodyOf(await ctx.request("GET", `/v1/basins?${query}`)) as {
    basins: { name: string }[];
    has_more: boolean;
  };
  return { names: body.basins.map(({ name }) => name), more: body.has_more };
}

/** A basin with these streams, made all at once. */
async function basinWith(ctx: ConformanceContext, names: readonly string[]): Promise<BasinClient> {
  const basin = await ctx.newBasin();
  await Promise.all(names.map((name) => basin.newStream(name)));
  return basin;
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => `s-${String(index).padStart(4, "0")}`);
const all = (names: readonly string[]): Listed => ({ names, more: false });

/** Listings. */
export const LISTING = group("listing", {
  "an empty basin has an empty listing": async (ctx) => {
    const basin = await ctx.newBasin();
    deepEqual(bodyOf(await basin.request("GET", "/v1/streams")), { streams: [], has_more: false });
    deepEqual(bodyOf(await ctx.request("GET", `/v1/basins?prefix=${ctx.basinName()}`)), {
      basins: [],
      has_more: false,
    });
  },

  "names come in the order of their bytes, not of a language or of UTF-16": async (ctx) => {
    const names = ["Z", "a", "a/", "a0", "b", "é", "\uffee", "😀"]; // U+1F600 is above U+FFEE only in UTF-8
    const basin = await basinWith(ctx, [...names].reverse());
    deepEqual(await streams(basin), all(names));
  },

  "pages of five are five, five and two, and only the last has no more": async (ctx) => {
    const names = numbered(12);
    const basin = await basinWith(ctx, names);
    deepEqual(await streams(basin, "limit=5"), { names: names.slice(0, 5), more: true });
    deepEqual(await streams(basin, `limit=5&start_after=${names[4]}`), {
      names: names.slice(5, 10),
      more: true,
    });
    deepEqual(await streams(basin, `limit=5&start_after=${names[9]}`), all(names.slice(10)));
  },

  "there is more exactly if there is": async (ctx) => {
    const names = numbered(3);
    const basin = await basinWith(ctx, names);
    deepEqual(await streams(basin, "limit=2"), { names: names.slice(0, 2), more: true });
    deepEqual(await streams(basin, "limit=3"), all(names));
    deepEqual(await streams(basin, "limit=4"), all(names));
  },

  "a limit of 0 or above 1,000 is 1,000": async (ctx) => {
    const names = numbered(1_001);
    const basin = await ctx.newBasin();
    for (let at = 0; at < names.length; at += 50)
      await Promise.all(names.slice(at, at + 50).map((name) => basin.newStream(name)));
    for (const query of ["", "limit=0", "limit=1000", "limit=1001", "limit=18446744073709551615"])
      deepEqual(await streams(basin, query), { names: names.slice(0, 1_000), more: true });
    deepEqual(await streams(basin, `start_after=${names[0]}`), all(names.slice(1)));
  },

  "start_after is exclusive, and need not be a name that is there": async (ctx) => {
    const basin = await basinWith(ctx, ["a", "b", "c"]);
    deepEqual(await streams(basin, "start_after=a"), all(["b", "c"]));
    deepEqual(await streams(basin, "start_after=aa"), all(["b", "c"]));
    deepEqual(await streams(basin, "start_after=A"), all(["a", "b", "c"]));
    deepEqual(await streams(basin, "start_after=c"), all([]));
  },

  "a prefix lists what begins so, itself included": async (ctx) => {
    const basin = await basinWith(ctx, ["a", "ab", "abc", "b", "a\u{10ffff}", "a\u{10ffff}b"]);
    deepEqual(await streams(basin, "prefix=ab"), all(["ab", "abc"]));
    deepEqual(await streams(basin, "prefix=abcd"), all([]));
    deepEqual(
      await streams(basin, `prefix=${encodeURIComponent("a\u{10ffff}")}`),
      all(["a\u{10ffff}", "a\u{10ffff}b"]),
    );
    deepEqual(await streams(basin, "prefix=a&limit=2"), { names: ["a", "ab"], more: true });
  },

  "a prefix and a start together: what is in both": async (ctx) => {
    const basin = await basinWith(ctx, ["a1", "b1", "b2", "b3", "c1"]);
    deepEqual(await streams(basin, "prefix=b&start_after=b1"), all(["b2", "b3"]));
    deepEqual(await streams(basin, "prefix=b&start_after=a1"), all(["b1", "b2", "b3"]));
    deepEqual(await streams(basin, "prefix=b&start_after=b1&limit=1"), { names: ["b2"], more: true });
    deepEqual(await streams(basin, "prefix=b&start_after=b3"), all([]));
    deepEqual(await streams(basin, "prefix=b&start_after=c"), all([]));
  },

  "streams of other basins are not listed, also of one whose name goes on": async (ctx) => {
    const name = ctx.basinName();
    for (const basin of [name, `${name}0`]) {
      ctx.deleteLater(basin);
      await ctx.request("PUT", `/v1/basins/${basin}`);
      await ctx.request("PUT", "/v1/streams/s", { basin });
    }
    equal((await ctx.request("DELETE", "/v1/streams/s", { basin: `${name}0` })).status, 202);
    const body = bodyOf(await ctx.request("GET", "/v1/streams", { basin: name })) as { streams: unknown[] };
    equal(body.streams.length, 1);
  },

  "basins are listed by the same rules": async (ctx) => {
    const prefix = ctx.basinName("-");
    const names = ["0", "9", "a", "a-a", "b"].map((end) => `${prefix}${end}`);
    for (const basin of [...names].reverse()) {
      ctx.deleteLater(basin);
      await ctx.request("PUT", `/v1/basins/${basin}`);
    }
    deepEqual(await basins(ctx, `prefix=${prefix}`), all(names));
    deepEqual(await basins(ctx, `prefix=${prefix}&limit=2`), { names: names.slice(0, 2), more: true });
    deepEqual(await basins(ctx, `prefix=${prefix}&limit=2&start_after=${names[1]}`), {
      names: names.slice(2, 4),
      more: true,
    });
    deepEqual(await basins(ctx, `prefix=${prefix}a&start_after=${prefix}`), all(names.slice(2, 4)));
    deepEqual(await basins(ctx, `prefix=${prefix}&start_after=${prefix}c`), all([]));
    deepEqual(await basins(ctx, `prefix=${prefix}b&start_after=${prefix}a-z`), all(names.slice(4)));
  },
});
