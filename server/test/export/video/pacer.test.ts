import { describe, expect, it } from "vitest";
import { LEAD_MS, MAX_STILL_MS, MIN_FRAME_GAP_MS, MIN_POINTER_GAP_MS } from "../../../src/export/limits.js";
import { Pacer } from "../../../src/export/video/pacer.js";

/** Goes through changes as a film does; answers the times at which frames were written. */
function times(changes: readonly (readonly ["picture" | "pointer", number])[], lastMs: number): number[] {
  const pacer = new Pacer(lastMs);
  const written: number[] = [];
  const advance = (toMs: number): void => {
    for (let dueMs = pacer.next(toMs); dueMs !== undefined; dueMs = pacer.next(toMs)) {
      written.push(dueMs);
      pacer.written(dueMs);
    }
  };
  for (const [changed, atMs] of changes) {
    advance(atMs);
    pacer.note(changed, atMs);
  }
  advance(lastMs);
  return written;
}

describe("when frames are written", () => {
  it("is when the picture changes, changes of one moment together", () => {
    expect(
      times(
        [
          ["picture", 5],
          ["picture", 5],
          ["picture", 500],
          ["picture", 1_234],
        ],
        2_000,
      ),
    ).toEqual([5, 500, 1_234]);
  });

  it("is not sooner than a least gap, longer where only the pointer moves; nothing is left out by it", () => {
    const first = 1_000;
    expect(
      times(
        [
          ["picture", first],
          ["picture", first + 1],
          ["picture", first + 2],
          ["pointer", first + 11],
          ["pointer", first + 12],
          ["picture", first + 30],
        ],
        5_000,
      ),
    ).toEqual([first, first + MIN_FRAME_GAP_MS, first + 30]);
    expect(
      times(
        [
          ["picture", first],
          ["pointer", first + 1],
        ],
        5_000,
      ),
    ).toEqual([first, first + MIN_POINTER_GAP_MS]);
  });

  it("is now and then while nothing changes, and never at or after the last frame", () => {
    expect(times([["picture", 0]], MAX_STILL_MS * 2)).toEqual([0, MAX_STILL_MS]);
    expect(times([["picture", 0]], MAX_STILL_MS * 2 + 1)).toEqual([0, MAX_STILL_MS, MAX_STILL_MS * 2]);
    expect(
      times(
        [
          ["picture", 0],
          ["picture", 2_000],
        ],
        2_000,
      ),
    ).toEqual([0]);
  });

  it("begins with the first picture, or black when that is long in coming; a pointer alone begins nothing", () => {
    expect(times([["pointer", 10]], 5_000)).toEqual([LEAD_MS]);
    expect(times([["picture", LEAD_MS + 500]], 5_000)).toEqual([LEAD_MS, LEAD_MS + 500]);
  });
});
