import { describe, expect, it } from "vitest";
import { encodeEvent, eventId, parseEventId } from "../../src/wire/sse.js";

describe("event ids", () => {
  it("round-trip", () => {
    const cursor = { seqNum: 7, count: 3, bytes: 120 };
    expect(parseEventId(eventId(cursor))).toEqual(cursor);
  });

  it("that are malformed are refused", () => {
    for (const text of ["", "1,2", "1,2,3,4", "1, 2,3", "a,1,2", "-1,0,0", "1,2,18446744073709551616"])
      expect(() => parseEventId(text), text).toThrow("last-event-id");
  });

  it("stop at 2^64 - 1", () => {
    const cursor = parseEventId("18446744073709551615,18446744073709551615,0");
    expect(eventId(cursor)).toBe("18446744073709551615,18446744073709551615,0");
  });
});

describe("events", () => {
  it("are event, id and data, in that order, and a blank line", () => {
    expect(encodeEvent("batch", "1,2,3", "{}").toString()).toBe("event: batch\nid: 1,2,3\ndata: {}\n\n");
    expect(encodeEvent(undefined, undefined, "[DONE]").toString()).toBe("data: [DONE]\n\n");
  });
});
