import { describe, expect, it } from "vitest";
import {
  type ClosedRecord,
  decodeClosed,
  decodeOpened,
  decodeSummary,
  encodeClosed,
  encodeOpened,
  encodeSummary,
  MAX_FACT_DETAIL_ENTRIES,
  MAX_SUMMARY_FACTS,
  MAX_SUMMARY_RECORD_BYTES,
  type OpenedRecord,
  type PlacedFact,
  ProtocolError,
  packValue,
  type Summary,
  type WindowId,
} from "../../src/protocol/index.js";
import { closeds, openeds, summaries } from "./golden.js";

const opened = openeds.opened as OpenedRecord;
const closed = closeds.closed as ClosedRecord;
const summary = summaries.summary as Summary;
const codeOf = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  return "read";
};

describe("a session's own records", () => {
  it("come back as they went", () => {
    expect(decodeOpened(encodeOpened(opened))).toEqual(opened);
    expect(decodeClosed(encodeClosed(closed))).toEqual(closed);
    expect(decodeSummary(encodeSummary(summary))).toEqual(summary);
  });

  it("survive a page's title that ends in half a character", () => {
    const cut = { ...opened, client: { ...opened.client, title: "Pay \ud83d" } };
    expect(decodeOpened(encodeOpened(cut)).client.title).toBe("Pay \ufffd");
  });

  it("survive a total that is not known yet", () => {
    const quiet = { ...summary, totals: { ...summary.totals, inputMs: undefined } };
    expect(decodeSummary(encodeSummary(quiet))).toEqual(quiet);
  });

  it("tell another version apart, and refuse what is no record", () => {
    for (const decode of [decodeOpened, decodeClosed, (bytes: Uint8Array) => decodeSummary([bytes])]) {
      expect(codeOf(() => decode(packValue({ ...opened, v: 2 })))).toBe("unsupported_version");
      expect(codeOf(() => decode(packValue({})))).toBe("unsupported_version");
      for (const value of [null, 5, "text", [1]])
        expect(codeOf(() => decode(packValue(value)))).toBe("invalid");
      expect(codeOf(() => decode(new Uint8Array(0)))).toBe("malformed");
    }
  });
});

describe("a summary", () => {
  const fact: PlacedFact = {
    seqNum: 70_000,
    window: "w".repeat(32) as WindowId,
    type: "custom",
    atMs: 1_767_225_600_000.5,
    text: "t".repeat(50),
    detail: Object.fromEntries(
      Array.from({ length: MAX_FACT_DETAIL_ENTRIES }, (_, index) => [`name ${index}`, index]),
    ),
  };
  const largest: Summary = { ...summary, facts: new Array(MAX_SUMMARY_FACTS).fill(fact) };

  it("takes as many records as it needs, none over its limit, and comes back from them", () => {
    const bodies = encodeSummary(largest);
    expect(bodies.length).toBeGreaterThan(5);
    for (const body of bodies) expect(body.length).toBeLessThanOrEqual(MAX_SUMMARY_RECORD_BYTES);
    expect(decodeSummary(bodies)).toEqual(largest);
  });

  it("with a record missing, doubled or out of order is refused", () => {
    const bodies = encodeSummary(largest);
    for (let index = 0; index < bodies.length; index++) {
      const without = bodies.filter((_, at) => at !== index);
      expect(codeOf(() => decodeSummary(without))).toMatch(/malformed|invalid/);
    }
    expect(codeOf(() => decodeSummary([...bodies, ...bodies.slice(0, 1)]))).toBe("malformed");
    expect(codeOf(() => decodeSummary([...bodies].reverse()))).toMatch(/malformed|invalid/);
    expect(codeOf(() => decodeSummary([]))).toBe("malformed");
  });
});
