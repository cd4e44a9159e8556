import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S2 } from "@s2-dev/streamstore";
import { afterAll, beforeAll } from "vitest";
import { findS2, startS2 } from "../../../scripts/s2-program.mjs";
import { Endpoint } from "../../src/copy/endpoint.js";
import { S2Client } from "../../src/copy/s2-client.js";
import { startS2Lite } from "../../src/index.js";

/** A server to copy from or to. */
export interface Side {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** A kind of server, started anew for each group of tests. */
export interface SideKind {
  readonly name: string;
  start(dir: string): Promise<Side>;
}

/** This package's server. */
export const OURS: SideKind = { name: "ours", start: (dir) => startS2Lite({ dir }) };

const found = findS2({ mayBuild: false });
if ("missing" in found) console.warn(`copies from and to S2's own server are NOT tested: ${found.missing}`);

/** S2's own server; undefined when it is not here. */
export const THEIRS: SideKind | undefined =
  "missing" in found ? undefined : { name: "S2's own", start: (dir) => startS2({ s2: found.s2, dir }) };

/** Every way to copy that can be tested here. */
export const WAYS: readonly { readonly from: SideKind; readonly to: SideKind }[] =
  THEIRS === undefined
    ? [{ from: OURS, to: OURS }]
    : [
        { from: OURS, to: OURS },
        { from: THEIRS, to: OURS },
        { from: OURS, to: THEIRS },
      ];

/** Starts a server for the tests of a group; gives its endpoint once it runs. */
export function useSide(kind: SideKind): () => string {
  let side: Side | undefined;
  let dir: string | undefined;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "s2-lite-copy-"));
    side = await kind.start(dir);
  });
  afterAll(async () => {
    await side?.close();
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
  });
  return () => side?.endpoint ?? "";
}

/** The calls that a copy makes, for tests that say what is in a stream. */
export const clientOf = (endpoint: string): S2Client =>
  new S2Client(new Endpoint({ url: endpoint, token: undefined }));

/** The official SDK. */
export const sdkOf = (endpoint: string): S2 =>
  new S2({ accessToken: "any", endpoints: { account: endpoint, basin: endpoint } });
