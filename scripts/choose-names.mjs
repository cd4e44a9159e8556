import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { parseAst } from "vite";
import { readNames } from "./read-names.mjs";

/**
 * Chooses the short names in a minified script so that gzip finds more that it has seen before. A minifier gives the
 * shortest names to what is used most; once all are short, which letter stands where still decides about a fifteenth of
 * the bytes that a page pays. The search tries one exchange of names after another and keeps what is no larger. It draws
 * from fixed numbers, so the same script gets the same names everywhere.
 */

/** Exchanges to try in a build whose code has no names in `sdk-names.json`: some seconds, once. */
const TRIES = 20_000;
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$".split("");
const KEYWORDS = new Set(["as", "do", "if", "in", "is", "of"]);

const CHOSEN = new URL("sdk-names.json", import.meta.url);
const CACHE = new URL("../node_modules/.cache/reeltime/", import.meta.url);

/**
 * Renames what `code` (one module, minified) declares, and the given properties of its own objects: as `sdk-names.json`
 * says when that was chosen for this code, otherwise by a search whose result is kept in `node_modules/.cache`.
 */
export async function renamed(code, properties) {
  const { symbols, taken, render } = read(code, properties);
  const of = createHash("sha256")
    .update(JSON.stringify([code, properties]))
    .digest("hex")
    .slice(0, 16);
  const kept = new URL(`names-${of}.json`, CACHE);
  const chosen = (await namesIn(CHOSEN, of)) ?? (await namesIn(kept, of));
  if (chosen) for (const [index, symbol] of symbols.entries()) symbol.name = chosen[index];
  else {
    search({ symbols, taken, render }, TRIES);
    await mkdir(CACHE, { recursive: true });
    await writeNames(kept, of, symbols);
  }
  return render();
}

/** Searches for long, from the names that a build would take, and keeps the result in `sdk-names.json`. */
export async function chooseAgain(code, properties, tries) {
  const of = createHash("sha256")
    .update(JSON.stringify([code, properties]))
    .digest("hex")
    .slice(0, 16);
  const found = read(code, properties);
  search(found, tries);
  await writeNames(CHOSEN, of, found.symbols);
}

const read = (code, properties) => readNames(code, parseAst(code), new Set(properties));

async function namesIn(file, of) {
  try {
    const kept = JSON.parse(await readFile(file, "utf8"));
    return kept.of === of ? kept.names.split(" ") : undefined;
  } catch {
    return undefined;
  }
}

const writeNames = (file, of, symbols) =>
  writeFile(file, `${JSON.stringify({ of, names: symbols.map(({ name }) => name).join(" ") })}\n`);

function search({ symbols, taken, render }, tries) {
  let state = 1;
  /** A whole number from 0 up to `below`: Lehmer's generator, since no two searches may differ. */
  const draw = (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const size = () => gzipSync(render(), { level: 9 }).length;
  const pool = [...LETTERS, ...LETTERS, ...new Set(symbols.map(({ name }) => name))].filter(
    (name) => !taken.has(name) && !KEYWORDS.has(name),
  );
  let least = size();
  for (let tried = 0; tried < tries; tried++) {
    const undo = exchange(symbols[draw(symbols.length)], pool[draw(pool.length)]);
    if (!undo) continue;
    const now = size();
    if (now <= least) least = now;
    else undo();
  }
}

/**
 * Gives a symbol a name, and its old one to those near it that have that name. Returns the way back; nothing when that
 * would give one name to two that are near each other.
 */
export function exchange(symbol, name) {
  const old = symbol.name;
  if (name === old || symbol.forbidden.has(name)) return undefined;
  const others = [...symbol.near].filter((other) => other.name === name);
  for (const other of others) {
    for (const third of other.near) if (third !== symbol && third.name === old) return undefined;
  }
  const swap = (own, theirs) => {
    symbol.name = own;
    for (const other of others) other.name = theirs;
  };
  swap(name, old);
  return () => swap(old, name);
}
