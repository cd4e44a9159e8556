import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkStore } from "../../src/check/check-store.js";
import { startS2Lite } from "../../src/index.js";
import { Kind } from "../../src/keys/kind.js";
import { DATA_FILE } from "../../src/store/data-file.js";
import { LmdbStore, type Row, type Write } from "../../src/store/lmdb-store.js";
import { makeBatch } from "../support/batches.js";
import { json } from "../support/raw.js";
import { BASIN, temporaryFolder } from "../support/server.js";

const SOURCE = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "src", "check", "check-child.ts");

const sound = mkdtempSync(join(tmpdir(), "s2-lite-"));
beforeAll(() => makeStore(sound));
afterAll(() => rmSync(sound, { recursive: true, force: true }));

/** A folder with a basin, streams with records of all sizes, a fence and work that is due. */
async function makeStore(dir: string): Promise<void> {
  const server = await startS2Lite({ dir });
  const config = {
    create_stream_on_append: true,
    default_stream_config: { delete_on_empty: { min_age_secs: 60 } },
  };
  await json(server.endpoint, "POST", "/v1/basins", { basin: BASIN, config });
  for (let round = 0; round < 6; round++)
    for (let stream = 0; stream < 5; stream++) {
      const fence = { headers: [["", "fence"]], body: `token ${round}` };
      const records = [
        { body: "x".repeat(10 + stream * 1_500) },
        { body: "y" },
        ...(round === 2 ? [fence] : []),
      ];
      const path = `/v1/streams/s${stream}/records`;
      const { status } = await json(server.endpoint, "POST", path, { records });
      expect(status).toBe(200);
    }
  await server.close();
}

/** A copy of the sound store, changed by `change`. */
async function changed(change: (rows: readonly Row[]) => readonly Write[]): Promise<string> {
  const dir = await copy();
  const store = LmdbStore.open(dir);
  const rows: Row[] = [];
  store.scan({ start: Buffer.from([0]), end: Buffer.from([0xff]) }, (row) => rows.push(row) > 0);
  await store.commit(change(rows));
  await store.close();
  return dir;
}

async function copy(): Promise<string> {
  const dir = await temporaryFolder();
  cpSync(sound, dir, { recursive: true, filter: (path) => !path.endsWith(".sock") });
  return dir;
}

/** The row of a kind that comes `index`th. */
function rowOf(rows: readonly Row[], kind: number, index = 0): Row {
  const row = rows.filter(({ key }) => key[0] === kind)[index];
  if (row === undefined) throw new Error(`no row of kind ${kind}`);
  return row;
}

const removed = ({ key }: Row): Write => ({ key, value: undefined });

async function findings(dir: string): Promise<readonly string[]> {
  const report = await checkStore(dir);
  return "findings" in report ? report.findings : [report.outcome];
}

describe("a check", () => {
  it("of a sound store says so, and what it holds", async () => {
    expect(await checkStore(sound)).toMatchObject({
      outcome: "sound",
      findings: [],
      untold: 0,
      basins: 1,
      streams: 5,
      batches: 30,
      records: 65,
    });
  });

  it("says which of a stream's records are missing, wherever they were", async () => {
    const at = (index: number) => changed((rows) => [removed(rowOf(rows, Kind.batch, index))]);
    const name = `stream "s0" of basin "${BASIN}"`;
    expect(await findings(await at(0))).toEqual([`${name}: records 0 to 1 are missing`]);
    expect(await findings(await at(1))).toEqual([`${name}: after record 1 comes 4`]);
    expect(await findings(await at(5))).toEqual([`${name}: records 11 to 12 are missing`]);
  });

  it("misses marks, streams, basins and what describes the folder", async () => {
    const without = (kind: number) => changed((rows) => [removed(rowOf(rows, kind))]).then(findings);
    expect(await without(Kind.mark)).toEqual([
      expect.stringContaining(`"s0" of basin "${BASIN}": its marks are`),
    ]);
    expect(await without(Kind.stream)).toContainEqual(
      expect.stringMatching(/records of a stream with id \d+/),
    );
    expect(await without(Kind.basin)).toContainEqual(expect.stringContaining("which is missing"));
    expect(await without(Kind.meta)).toEqual([expect.stringContaining("describes the folder")]);
  });

  it("misses work that is due, and what finds it", async () => {
    const without = (kind: number) => changed((rows) => [removed(rowOf(rows, kind))]).then(findings);
    expect(await without(Kind.expiry)).toContainEqual(expect.stringContaining("in no group that expires"));
    expect(await without(Kind.expiryOf)).toEqual([expect.stringContaining("not found by its stream")]);
    expect(await without(Kind.emptyCheck)).toEqual([
      expect.stringContaining("check whether a stream is empty"),
    ]);
  });

  it("tells marks that are older than the records beside them", async () => {
    const dir = await changed((rows) => {
      const streamId = Number(rowOf(rows, Kind.mark).key.readBigUInt64BE(1));
      return [makeBatch(streamId, 13, [{ timestamp: Date.now(), bodyBytes: 1 }]).write];
    });
    expect(await findings(dir)).toContainEqual(expect.stringContaining("older than its records"));
  });

  it("tells every row whose bytes do not fit its checksum, of any kind", async () => {
    for (const kind of Object.values(Kind)) {
      if (kind === Kind.task) continue; // nothing is under way here
      const dir = await changed((rows) => {
        const { key, value } = rowOf(rows, kind);
        const damaged = Buffer.from(value);
        damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
        return [{ key, value: damaged }];
      });
      expect(await findings(dir), `kind ${kind}`).toContainEqual(
        expect.stringContaining("checksum does not fit"),
      );
    }
  });

  it("tells pages that are cut off, empty, exchanged or changed, and headers that do not fit", async () => {
    const data = readFileSync(join(sound, DATA_FILE));
    const damaged = async (change: (bytes: Buffer) => void) => {
      const dir = await copy();
      const bytes = Buffer.from(data);
      change(bytes);
      writeFileSync(join(dir, DATA_FILE), bytes);
      return findings(dir);
    };
    const newest =
      data.readBigUInt64LE(24 + 24 + 104) > data.readBigUInt64LE(4_096 + 24 + 24 + 104) ? 0 : 4_096;
    const root = Number(data.readBigUInt64LE(newest + 24 + 24 + 48 + 40));
    const page = (number: number) => number * 4_096;
    expect(await damaged((bytes) => bytes.fill(0, page(root), page(root + 1)))).toEqual([
      `page ${root} (rows) is empty`,
    ]);
    expect(await damaged((bytes) => data.copy(bytes, page(root), page(root - 1), page(root)))).toEqual([
      expect.stringContaining(`page ${root} (rows) says that it is page`),
    ]);
    // The commit's number in the newest header, one bit lower: LMDB would go back to the commit before.
    expect(
      await damaged((bytes) => (bytes[newest + 24 + 24 + 104] = (bytes[newest + 24 + 24 + 104] ?? 0) ^ 2)),
    ).toEqual([expect.stringContaining("leads to rows of")]);
    expect(await damaged((bytes) => bytes.fill(0, 0, 4_096))).toEqual([
      "the first header page is not one of LMDB's",
    ]);
    const cut = await copy();
    truncateSync(join(cut, DATA_FILE), page(root));
    expect((await findings(cut)).at(-1)).toContain("it is cut short");
  });

  it("of a folder that a server has, or without a store, says that", async () => {
    const dir = await copy();
    const server = await startS2Lite({ dir });
    expect(await checkStore(dir)).toMatchObject({ outcome: "in_use" });
    await server.close();
    expect(await checkStore(dir)).toMatchObject({ outcome: "sound" });
    expect(await checkStore(await temporaryFolder())).toMatchObject({ outcome: "absent" });
  });

  it("scans in a process of its own, with the same findings", async () => {
    const folder = await temporaryFolder();
    const program = join(folder, "check-child.mjs");
    await build({
      entryPoints: [SOURCE],
      outfile: program,
      bundle: true,
      platform: "node",
      format: "esm",
      logLevel: "error",
    });
    const dir = await changed((rows) => [removed(rowOf(rows, Kind.batch))]);
    const report = await checkStore(dir, { program });
    expect(report).toMatchObject({ outcome: "damaged", findings: await findings(dir) });
    const broken = join(folder, "broken.mjs");
    writeFileSync(broken, "process.kill(process.pid, 'SIGBUS');");
    await expect(checkStore(dir, { program: broken })).rejects.toThrow("the check ended by SIGBUS");
  });
});
