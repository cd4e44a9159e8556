import { describe, expect, it } from "vitest";
import { wantedRange } from "../../src/export/send-file.js";

const FILE = { bytes: 100, etag: '"tag"' };
const WHOLE = { type: "whole" };
const part = (from: number, to: number): object => ({ type: "part", from, to });

describe("the bytes a request wants", () => {
  it.each([
    [undefined, WHOLE],
    ["bytes=0-", part(0, 99)],
    ["bytes=40-", part(40, 99)],
    ["bytes=40-49", part(40, 49)],
    ["bytes=40-1000", part(40, 99)],
    ["bytes=-10", part(90, 99)],
    ["bytes=-1000", part(0, 99)],
    ["bytes=99-99", part(99, 99)],
    ["bytes=100-", { type: "unsatisfiable" }],
    ["bytes=-0", { type: "unsatisfiable" }],
    // What is no single range of bytes is as if it were not there.
    ["bytes=0-1,5-6", WHOLE],
    ["bytes=9-1", WHOLE],
    ["bytes=-", WHOLE],
    ["bytes=a-b", WHOLE],
    ["lines=1-2", WHOLE],
    [`bytes=${"9".repeat(30)}-`, WHOLE],
  ])("%s", (range, wanted) => {
    expect(wantedRange(range, undefined, FILE)).toEqual(wanted);
  });

  it("are all of them when If-Range names another file, or a weak or unreadable one", () => {
    expect(wantedRange("bytes=40-", '"tag"', FILE)).toEqual(part(40, 99));
    for (const other of ['"other"', 'W/"tag"', "Sat, 29 Oct 1994 19:43:31 GMT", "tag"])
      expect(wantedRange("bytes=40-", other, FILE)).toEqual(WHOLE);
  });
});
