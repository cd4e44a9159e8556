import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeClosed,
  decodeFrame,
  decodeFramesPage,
  decodeOpened,
  decodeScreenBody,
  decodeState,
  decodeSummary,
  decodeUpload,
  FACT_TYPES,
  FRAME_KINDS,
  ProtocolError,
} from "../../src/protocol/index.js";
import * as golden from "./golden.js";

const folder = fileURLToPath(new URL("../fixtures/", import.meta.url));
const stored = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith(".hex"))
    .map((file) => [file.slice(0, -4), golden.fromHex(readFileSync(folder + file, "utf8"))] as const),
);
const decoders: readonly (readonly [Readonly<Record<string, unknown>>, (bytes: Uint8Array) => unknown])[] = [
  [golden.frames, decodeFrame],
  [golden.uploads, decodeUpload],
  [golden.states, decodeState],
  [golden.openeds, decodeOpened],
  [golden.summaries, (bytes) => decodeSummary([bytes])],
  [golden.closeds, decodeClosed],
  [golden.pages, decodeFramesPage],
  [golden.screenBodies, (bytes) => decodeScreenBody(bytes, golden.SCREEN_FIRST_MS)],
];
const cases = decoders.flatMap(([values, decode]) =>
  Object.entries(values).map(([name, value]) => ({ name, value, decode })),
);
const bytesOf = (name: string): Uint8Array => stored.get(name) ?? new Uint8Array(0);
/** Msgpackr leaves a cached view on the bytes it reads; what counts is their content. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, entry) => (entry instanceof Uint8Array ? { hex: golden.toHex(entry) } : entry)),
  );

describe("golden fixtures", () => {
  it("are exactly those that have a value", () => {
    expect([...stored.keys()].sort()).toEqual(cases.map(({ name }) => name).sort());
  });

  it("hold every kind of frame and every type of fact", () => {
    const frames = Object.values(golden.frames);
    expect(new Set(frames.map((frame) => frame.kind))).toEqual(new Set(FRAME_KINDS));
    expect(new Set(frames.flatMap((frame) => frame.facts.map((fact) => fact.type)))).toEqual(
      new Set(FACT_TYPES),
    );
  });

  it.each(cases)("$name is what is written today", ({ name }) => {
    expect(golden.toHex(golden.encodeAll().get(name) ?? new Uint8Array(0))).toBe(golden.toHex(bytesOf(name)));
  });

  it.each(cases)("$name is read as its value", ({ name, value, decode }) => {
    expect(plain(decode(bytesOf(name)))).toEqual(plain(value));
  });

  it.each(cases)("$name is refused when cut anywhere", ({ name, decode }) => {
    const bytes = bytesOf(name);
    for (let end = 0; end < bytes.length; end++) {
      expect(refusal(() => decode(bytes.subarray(0, end)))).toBe("malformed");
    }
  });

  it.each(cases)("$name is refused when anything follows it", ({ name, decode }) => {
    for (let extra = 0; extra < 256; extra++) {
      expect(refusal(() => decode(Uint8Array.from([...bytesOf(name), extra])))).toBe("malformed");
    }
    expect(refusal(() => decode(Uint8Array.from([...bytesOf(name), ...bytesOf(name)])))).toBe("malformed");
  });

  it.each(cases)("$name with bytes changed is refused or read, and nothing else", ({ name, decode }) => {
    const bytes = bytesOf(name);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        (changes) => {
          const changed = Uint8Array.from(bytes);
          for (const [at, byte] of changes) changed[at] = byte;
          refusal(() => decode(changed));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

/** The code of the `ProtocolError` it ends in; `undefined` when it does not. Any other error is thrown on. */
function refusal(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
}
