import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as protocol from "../../src/protocol/index.js";
import * as limits from "../../src/protocol/limits.js";
import * as screenLimits from "../../src/protocol/screen-limits.js";

const text = readFileSync(fileURLToPath(new URL("../../../docs/PROTOCOL.md", import.meta.url)), "utf8");

/** The rows of every table whose header row begins with these cells. */
const tables = (...header: readonly string[]): readonly (readonly (readonly string[])[])[] =>
  text
    .split(/\n(?!\|)/)
    .map((block) =>
      block
        .split("\n")
        .filter((line) => line.startsWith("|"))
        .map((line) =>
          line
            .slice(1, -1)
            .split("|")
            .map((cell) => cell.trim()),
        ),
    )
    .filter(([head]) => header.every((cell, index) => head?.[index] === cell))
    .map((rows) => rows.slice(2));
const table = (...header: readonly string[]): readonly (readonly string[])[] => tables(...header)[0] ?? [];
const bare = (cell = ""): string => cell.replaceAll("`", "");
const column = (rows: readonly (readonly string[])[], index: number): string[] =>
  rows.map((row) => bare(row[index]));

describe("docs/PROTOCOL.md", () => {
  it("states every limit with its value, and no other", () => {
    const stated = Object.fromEntries(
      table("limit", "value").map(([name, value]) => [bare(name), Number(value?.replaceAll(",", ""))]),
    );
    expect(stated).toEqual({ ...limits, ...screenLimits });
  });

  it("states every error code with its status, and no other", () => {
    const stated = Object.fromEntries(
      table("code", "status").map(([code, status]) => [bare(code), Number(status)]),
    );
    expect(stated).toEqual(protocol.ERROR_STATUS);
  });

  it("lists kinds, codecs, reasons of a loss and types of facts as they are on the wire", () => {
    expect(column(table("#", "kind"), 1)).toEqual(protocol.FRAME_KINDS);
    expect(column(table("#", "codec"), 1)).toEqual(protocol.BODY_CODECS);
    expect(column(table("#", "reason"), 1)).toEqual(protocol.LOST_REASONS);
    const names = ["kind", "codec", "reason", "event", "state"];
    for (const rows of names.map((name) => table("#", name))) {
      expect(column(rows, 0)).toEqual(rows.map((_, index) => String(index)));
    }
    expect(column(table("type", "text"), 0)).toEqual(protocol.FACT_TYPES);
    expect(column(table("reason", "means"), 0)).toEqual(protocol.CLOSE_REASONS);
    expect(column(table("#", "event"), 1)).toEqual(protocol.SCREEN_EVENT_TYPES);
    expect(column(table("#", "state"), 1)).toEqual(protocol.PICTURE_STATES);
  });

  it("names every header and every kind of record", () => {
    expect(column(table("header", "value"), 0)).toEqual([
      protocol.HEADER_KIND,
      protocol.HEADER_OFFSET,
      protocol.HEADER_STATE,
      protocol.HEADER_BACK,
      protocol.HEADER_PART,
    ]);
    expect(column(table("kind", "is", "body"), 0)).toEqual(Object.values(protocol.RECORD_KINDS));
  });

  it("counts a frame's fields from 0, all sixteen, and an upload's, a state's and a page's", () => {
    const lengths = tables("#", "field").map((rows) => {
      expect(column(rows, 0)).toEqual(rows.map((_, index) => String(index)));
      return rows.length;
    });
    expect(lengths).toEqual([16, 4, 5, 4, 6]);
  });

  it("names the streams and the content type as they are", () => {
    const ref = {
      project: protocol.parseProjectId("shop"),
      sessionId: protocol.parseSessionId("019b76da-a800-7abc-8def-0123456789ab"),
    };
    expect(
      protocol
        .sessionStreamName(ref)
        .split("/")
        .map((part) => part.length),
    ).toEqual([7, 4, 15, 36]);
    expect(text).toContain("`session/<project>/<reversed time>/<sessionId>`");
    expect(text).toContain("padded with zeros to 15 digits");
    for (const name of [protocol.INDEX_STREAM, protocol.CONTROL_STREAM, protocol.FRAMES_PAGE_TYPE]) {
      expect(text).toContain(`\`${name}\``);
    }
    expect(text).toContain(`at most ${protocol.MAX_ACTIVITY_BINS} bins`);
    expect([protocol.FENCE_OPEN, protocol.FENCE_CLOSED]).toEqual(["open", "closed"]);
    expect([protocol.FRAME_VERSION, protocol.UPLOAD_VERSION, protocol.STATE_VERSION]).toEqual([1, 1, 1]);
  });
});
