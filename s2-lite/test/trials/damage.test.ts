import { randomInt } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { checkStore } from "../../src/check/check-store.js";
import { inspectStructure } from "../../src/check/structure.js";
import { startS2Lite } from "../../src/index.js";
import { DATA_FILE } from "../../src/store/data-file.js";
import { RESERVE_FILE } from "../../src/store/reserve.js";
import { bundleProgram, startProgram } from "../support/program.js";
import { json } from "../support/raw.js";
import { temporaryFolder } from "../support/server.js";
import { tell, trialSize } from "../support/trial-size.js";

const SOURCE = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "src");
const COPIES = trialSize(16, 300);
const PAGE_BYTES = 4_096;
const BASINS = ["basin-one", "basin-two", "basin-three"];
const STREAMS = 14;
const DELETED = { basin: "basin-two", stream: "s5" };

/** Everything a client can see: answers by what was asked. */
type Seen = Map<string, { readonly status: number; readonly text: string }>;

/** The program, and one that looks at no batches before it opens a store, as with a store beyond that bound. */
let programs: readonly string[];
beforeAll(async () => {
  const program = await bundleProgram();
  programs = [program, await bundleHasty(join(dirname(program), "hasty.mjs"))];
});

async function bundleHasty(outfile: string): Promise<string> {
  const bound = /(START_CHECK_LEAVES =) [\d_]+/;
  await build({
    entryPoints: [join(SOURCE, "main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["lmdb"],
    logLevel: "error",
    plugins: [
      {
        name: "no batches",
        setup({ onLoad }) {
          onLoad({ filter: /s2-lite.src.limits\.ts$/ }, ({ path }) => {
            const text = readFileSync(path, "utf8");
            expect(text).toMatch(bound);
            return { contents: text.replace(bound, "$1 0"), loader: "ts" };
          });
        },
      },
    ],
  });
  return outfile;
}

describe("300 damaged copies of a store", () => {
  it("are served right or not at all, and the damage is told", { timeout: 1_800_000 }, async () => {
    const dir = await temporaryFolder();
    const sound = join(dir, "sound");
    const truth = await makeStore(sound);
    expect(inspectStructure(join(sound, DATA_FILE)).problems).toEqual([]);
    const told = new Map<string, number>();
    let harmless = 0;
    for (let copy = 0; copy < COPIES; ) {
      const kind = KINDS[copy % KINDS.length] ?? flip;
      const program = programs[Math.floor(copy / KINDS.length) % 2] ?? "";
      const outcome = await tryCopy(program, join(dir, "copy"), { sound, truth }, kind);
      if (outcome === undefined) {
        harmless++;
        continue;
      }
      copy++;
      const name = `${kind.name}: ${outcome}`;
      told.set(name, (told.get(name) ?? 0) + 1);
    }
    for (const name of [...told.keys()].sort((a, b) => a.localeCompare(b)))
      tell(`${name}: ${told.get(name)}`);
    tell(`and ${harmless} copies whose damage hit nothing in use: all is there, and served right`);
  });
});

/** Damages a file; returns what it did, for whoever reads a failure. */
type Damage = (bytes: Buffer) => { readonly damaged: Buffer; readonly what: string };

function truncate(bytes: Buffer): ReturnType<Damage> {
  const length =
    randomInt(2) === 0 ? randomInt(bytes.length) : PAGE_BYTES * randomInt(bytes.length / PAGE_BYTES);
  return { damaged: bytes.subarray(0, length), what: `cut at ${length} of ${bytes.length}` };
}

/** A page: every other time one that leads to rows or holds small ones, which are few beside those with bodies. */
function anyPage(bytes: Buffer): number {
  for (let tries = randomInt(2) * 10_000; tries > 0; tries--) {
    const page = randomInt(bytes.length / PAGE_BYTES);
    const numbered = bytes.readBigUInt64LE(page * PAGE_BYTES) === BigInt(page);
    if (numbered && [0x01, 0x02, 0x08].includes(bytes.readUInt16LE(page * PAGE_BYTES + 18))) return page;
  }
  return randomInt(bytes.length / PAGE_BYTES);
}

function zero(bytes: Buffer): ReturnType<Damage> {
  const page = anyPage(bytes);
  const damaged = Buffer.from(bytes);
  damaged.fill(0, page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
  return { damaged, what: `page ${page} zeroed` };
}

function flip(bytes: Buffer): ReturnType<Damage> {
  const at = anyPage(bytes) * PAGE_BYTES + randomInt(PAGE_BYTES);
  const bit = 1 << randomInt(8);
  const damaged = Buffer.from(bytes);
  damaged[at] = (damaged[at] ?? 0) ^ bit;
  return { damaged, what: `bit ${bit} flipped at ${at % PAGE_BYTES} of page ${Math.floor(at / PAGE_BYTES)}` };
}

function swap(bytes: Buffer): ReturnType<Damage> {
  const pages = bytes.length / PAGE_BYTES;
  const one = anyPage(bytes);
  const other = (one + 1 + randomInt(pages - 1)) % pages;
  const damaged = Buffer.from(bytes);
  bytes.copy(damaged, one * PAGE_BYTES, other * PAGE_BYTES, (other + 1) * PAGE_BYTES);
  bytes.copy(damaged, other * PAGE_BYTES, one * PAGE_BYTES, (one + 1) * PAGE_BYTES);
  return { damaged, what: `pages ${one} and ${other} swapped` };
}

const KINDS = [truncate, zero, flip, swap];

/**
 * Serves a damaged copy and asks it everything. Returns how the damage was told: at the start, when it was read, by
 * the process's end, or by `check` alone; undefined when it hit nothing that is in use.
 */
async function tryCopy(
  program: string,
  dir: string,
  { sound, truth }: { readonly sound: string; readonly truth: Seen },
  damage: Damage,
): Promise<string | undefined> {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir);
  copyFileSync(join(sound, RESERVE_FILE), join(dir, RESERVE_FILE));
  const { damaged, what } = damage(readFileSync(join(sound, DATA_FILE)));
  writeFileSync(join(dir, DATA_FILE), damaged);
  const check = await checkStore(dir);
  const found = check.outcome === "damaged";
  const running = startProgram(program, ["--dir", dir, "--port", "0"]);
  const endpoint = await running.listening.catch(() => undefined);
  if (endpoint === undefined) {
    expect({ what, code: await running.exited, found }).toEqual({ what, code: 1, found: true });
    expect(running.errors().trim().split("\n"), what).toHaveLength(1);
    expect(running.errors(), what).toContain("is damaged and is not opened");
    return "refused at the start";
  }
  const seen = await Promise.race([see(endpoint, truth), givenUp(what)]);
  const died = seen === undefined;
  running.child.kill("SIGTERM");
  const ended = await running.exited;
  const wrong = [...(seen ?? [])].filter(([asked, answer]) => isWrong(answer, truth.get(asked)));
  expect(wrong, what).toEqual([]);
  const failed = [...(seen?.values() ?? [])].filter(({ status }) => status >= 500).length;
  const lines = running
    .errors()
    .split("\n")
    .filter((line) => line.includes("the store is damaged"));
  if (died) {
    expect(typeof ended, `${what}: ended ${ended}`).toBe("string"); // a signal: its parent says so
    return "ended the process";
  }
  if (failed > 0) {
    expect({ what, found, told: lines.length > 0 }).toEqual({ what, found: true, told: true });
    expect(new Set(lines).size, what).toBe(lines.length); // each once
    return "told when it was read";
  }
  if (lines.length > 0) return "told, and not in the way";
  return found ? "told by check alone" : undefined;
}

/** Fails when a server says nothing any more: a damaged tree must not hold it in a circle. */
function givenUp(what: string): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`${what}: it says nothing any more`)), 120_000).unref();
  });
}

function isWrong(
  answer: { status: number; text: string },
  right: { status: number; text: string } | undefined,
) {
  return answer.status < 500 && (answer.status !== right?.status || answer.text !== right.text);
}

/** Asks again for everything that was there; undefined when the process ended meanwhile. */
async function see(endpoint: string, truth: Seen): Promise<Seen | undefined> {
  const seen: Seen = new Map();
  try {
    const queue = [...truth.keys()];
    const askOn = async () => {
      for (let asked = queue.pop(); asked !== undefined; asked = queue.pop())
        seen.set(asked, await ask(endpoint, asked));
    };
    await Promise.all(Array.from({ length: 16 }, askOn));
    return seen;
  } catch {
    return undefined;
  }
}

/** Asks for one thing: `METHOD basin path`. A POST is an append that no fence lets through: it tells the fence. */
async function ask(endpoint: string, asked: string): Promise<{ status: number; text: string }> {
  const [method = "", basin = "", path = ""] = asked.split(" ");
  const body = method === "POST" ? { records: [{ body: "x" }], fencing_token: "no such token" } : undefined;
  const { status, body: answer } = await json(endpoint, method, path, body, { "s2-basin": basin });
  return { status, text: JSON.stringify(answer) };
}

/** Makes a store with all that there is: many streams, large and small batches, fences, trims, deletions. */
async function makeStore(dir: string): Promise<Seen> {
  const server = await startS2Lite({ dir });
  const { endpoint } = server;
  const post = async (basin: string, path: string, body: unknown) => {
    const { status } = await json(endpoint, "POST", path, body, { "s2-basin": basin });
    expect(status, path).toBeLessThan(300);
  };
  for (const basin of BASINS)
    await post("", "/v1/basins", { basin, config: { create_stream_on_append: true } });
  for (let round = 0; round < 12; round++) {
    const appends = BASINS.flatMap((basin) =>
      Array.from({ length: STREAMS }, async (_, stream) => {
        const bytes = [60, 700, 1_900, 9_000][(stream + round) % 4] ?? 0;
        const count = 1 + ((stream * 7 + round) % 9);
        const records = Array.from({ length: count }, (_, index) => ({
          headers: [["n", `${round}.${index}`]],
          body: `${basin} ${stream} ${round} ${index} `.padEnd(bytes, "abcdefgh"),
        }));
        await post(basin, `/v1/streams/s${stream}/records`, { records });
        if ((stream + round) % 10 === 3)
          await post(basin, `/v1/streams/s${stream}/records`, {
            records: [{ headers: [["", "fence"]], body: `token ${round}` }],
          });
      }),
    );
    await Promise.all(appends);
  }
  for (const stream of [2, 6]) {
    const body = Buffer.from([0, 0, 0, 0, 0, 0, 0, 20]).toString("base64");
    const trim = { records: [{ headers: [["", Buffer.from("trim").toString("base64")]], body }] };
    const headers = { "s2-basin": "basin-three", "s2-format": "base64" };
    const { status } = await json(endpoint, "POST", `/v1/streams/s${stream}/records`, trim, headers);
    expect(status).toBe(200);
  }
  await json(endpoint, "DELETE", `/v1/streams/${DELETED.stream}`, undefined, { "s2-basin": DELETED.basin });
  await server.close();
  // What is still under way in the background is over before it is looked at.
  const again = await startS2Lite({ dir });
  const truth = await seeAll(again.endpoint);
  await again.close();
  return truth;
}

async function seeAll(endpoint: string): Promise<Seen> {
  const seen: Seen = new Map();
  const add = async (asked: string) => {
    const answer = await ask(endpoint, asked);
    seen.set(asked, answer);
    return JSON.parse(answer.text) as { tail?: { seq_num: number }; records?: { seq_num: number }[] };
  };
  await add("GET basin-one /v1/basins");
  for (const basin of BASINS) {
    await add(`GET ${basin} /v1/basins/${basin}`);
    await add(`GET ${basin} /v1/streams`);
    for (let stream = 0; stream < STREAMS; stream++) {
      const path = `/v1/streams/s${stream}`;
      await add(`GET ${basin} ${path}`);
      if (basin === DELETED.basin && `s${stream}` === DELETED.stream) continue;
      await add(`POST ${basin} ${path}/records`);
      const { tail } = await add(`GET ${basin} ${path}/records/tail`);
      for (let at = 0; at < (tail?.seq_num ?? 0); ) {
        const { records = [] } = await add(`GET ${basin} ${path}/records?seq_num=${at}&count=20`);
        at = (records.at(-1)?.seq_num ?? Number.MAX_SAFE_INTEGER) + 1;
      }
    }
  }
  return seen;
}
