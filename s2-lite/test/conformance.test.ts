import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CONFORMANCE_CASES, runCase } from "@reeltime/s2-lite/conformance";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type S2Lite, startS2Lite } from "../src/index.js";

/** The endpoint of S2's own server, from `npm run test:s2`; without it a server of ours is started. */
const theirs = process.env.S2_CONFORMANCE_ENDPOINT;
const kind = theirs === undefined ? "reeltime" : "s2";

let dir: string | undefined;
let server: S2Lite | undefined;

beforeAll(async () => {
  if (theirs !== undefined) return;
  dir = await mkdtemp(join(tmpdir(), "s2-lite-conformance-"));
  server = await startS2Lite({ dir, compressFor: "always" });
});

afterAll(async () => {
  await server?.close();
  if (dir !== undefined) await rm(dir, { recursive: true, force: true });
});

describe.each([...new Set(CONFORMANCE_CASES.map((one) => one.group))])(
  "%s",
  { concurrent: true },
  (group) => {
    for (const one of CONFORMANCE_CASES.filter((each) => each.group === group)) {
      const name = one.differs !== undefined && kind === "reeltime" ? `${one.name} [differs]` : one.name;
      it(name, { timeout: one.timeoutMs ?? 30_000 }, () =>
        runCase(one, { endpoint: theirs ?? server?.endpoint ?? "" }, kind),
      );
    }
  },
);

describe("the list of cases", () => {
  it("names each case once, and gives a reason for each difference", () => {
    const names = CONFORMANCE_CASES.map((one) => `${one.group}: ${one.name}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    for (const { differs } of CONFORMANCE_CASES)
      if (differs) expect(differs.reason.length).toBeGreaterThan(20);
  });
});
