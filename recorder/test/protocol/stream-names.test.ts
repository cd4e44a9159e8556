import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CONTROL_STREAM,
  createSessionId,
  INDEX_STREAM,
  MAX_TIME_MS,
  parseProjectId,
  parseSessionStreamName,
  reversedTime,
  sessionPrefix,
  sessionStreamName,
} from "../../src/protocol/index.js";

const project = parseProjectId("shop-1");
const session = fc
  .tuple(fc.integer({ min: 0, max: MAX_TIME_MS }), fc.uint8Array({ minLength: 10, maxLength: 10 }))
  .map(([nowMs, random]) => ({ nowMs, sessionId: createSessionId(nowMs, random) }));
/** How S2 lists: by bytes. */
const before = (a: string, b: string): boolean => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;

describe("a session's stream name", () => {
  it("says which session it is of", () => {
    fc.assert(
      fc.property(session, ({ sessionId }) => {
        const name = sessionStreamName({ project, sessionId });
        expect(name.startsWith(sessionPrefix(project))).toBe(true);
        expect(parseSessionStreamName(name)).toEqual({ project, sessionId });
      }),
    );
  });

  it("lists the newest first", () => {
    fc.assert(
      fc.property(session, session, (a, b) => {
        if (a.nowMs === b.nowMs) return;
        const [nameA, nameB] = [a, b].map(({ sessionId }) => sessionStreamName({ project, sessionId }));
        expect(before(nameA ?? "", nameB ?? "")).toBe(a.nowMs > b.nowMs);
      }),
    );
  });

  it("has a time of one width, so that listing never compares digits of unlike worth", () => {
    for (const timeMs of [0, 1, 999, 1_767_225_600_000, MAX_TIME_MS])
      expect(reversedTime(timeMs)).toHaveLength(15);
    expect(before(reversedTime(MAX_TIME_MS), reversedTime(0))).toBe(true);
  });

  it("lies under its own project only, also beside one that begins alike", () => {
    const sessionId = createSessionId(5, new Uint8Array(10));
    const name = sessionStreamName({ project: parseProjectId("shop-10"), sessionId });
    expect(name.startsWith(sessionPrefix(project))).toBe(false);
  });

  it("fits S2's 512 bytes with the longest project", () => {
    const longest = parseProjectId("p".repeat(32));
    const name = sessionStreamName({ project: longest, sessionId: createSessionId(0, new Uint8Array(10)) });
    expect(name.length).toBeLessThanOrEqual(512);
  });

  it("that contradicts itself is none", () => {
    const sessionId = createSessionId(1_767_225_600_000, new Uint8Array(10));
    const name = sessionStreamName({ project, sessionId });
    const reversed = reversedTime(1_767_225_600_000);
    const wrong = [
      name.replace(reversed, reversedTime(1_767_225_600_001)),
      name.replace(reversed, String(Number(reversed))),
      name.replace(reversed, `+${reversed}`),
      name.replace("session/", "notes/"),
      name.replace("shop-1", "Shop-1"),
      name.replace("shop-1", ""),
      `${name}/`,
      `${name}/more`,
      `/${name}`,
      name.slice(0, -1),
      name.toUpperCase(),
      ...[INDEX_STREAM, CONTROL_STREAM, "", "session", "session///"],
    ].filter((value) => value !== name);
    for (const value of wrong) expect(parseSessionStreamName(value)).toBeUndefined();
    expect(wrong.length).toBeGreaterThan(13);
  });
});
