import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Alarm } from "../../src/capture/alarm.js";
import type { CaptureReport } from "../../src/capture/messages.js";
import { enlarge, rawImage, wordsOf } from "../../src/capture/raw-image.js";
import { keepFrames } from "../../src/capture/test-frames.js";
import { Troubles } from "../../src/capture/troubles.js";
import { WindowWatch } from "../../src/capture/window-watch.js";
import { colour, copyOf, plain, touch } from "./synthetic.js";

describe("an alarm", () => {
  it("ends a sleep without end", async () => {
    const alarm = new Alarm();
    const asleep = alarm.sleep(Number.POSITIVE_INFINITY);
    alarm.ring();
    await asleep;
  });

  it("that rang before is not slept through, once", async () => {
    const alarm = new Alarm();
    alarm.ring();
    alarm.ring();
    await alarm.sleep(Number.POSITIVE_INFINITY);
    let over = false;
    const asleep = alarm.sleep(Number.POSITIVE_INFINITY).then(() => {
      over = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(over).toBe(false);
    alarm.ring();
    await asleep;
  });
});

describe("troubles", () => {
  it("are told once of each kind, and over when the last of them is", () => {
    const reports: CaptureReport[] = [];
    const troubles = new Troubles((report) => void reports.push(report));
    troubles.end("capture_failed", "a");
    troubles.begin("capture_failed", "a", "first");
    troubles.begin("capture_failed", "a", "first");
    troubles.begin("capture_failed", "b", "second");
    troubles.end("capture_failed", "a");
    expect(reports).toEqual([{ type: "trouble", code: "capture_failed", message: "first" }]);
    troubles.end("capture_failed", "b");
    troubles.end("capture_failed", "b");
    expect(reports.slice(1)).toEqual([{ type: "recovered", code: "capture_failed" }]);
  });
});

describe("the list of windows", () => {
  it("is opened when it is asked for, closed when it fails, and opened again after a pause", async () => {
    let now = 0;
    let opened = 0;
    let closed = 0;
    let fails = true;
    const told: string[] = [];
    const watch = new WindowWatch({
      open: () => {
        opened++;
        return Promise.resolve({
          snapshot: () =>
            fails
              ? Promise.reject(new Error("gone"))
              : Promise.resolve({ atMs: now, sinceMs: now, windows: [], active: undefined }),
          close: () => {
            closed++;
          },
        });
      },
      clock: () => now,
      onFailure: (reason) => void told.push(reason),
      onRecovery: () => void told.push("recovered"),
    });
    expect(await watch.snapshot()).toBeUndefined();
    now = 1_000;
    expect(await watch.snapshot()).toBeUndefined();
    expect([opened, closed]).toEqual([1, 1]);
    now = 2_000;
    expect(await watch.snapshot()).toBeUndefined();
    fails = false;
    now = 4_000;
    expect(await watch.snapshot()).toMatchObject({ windows: [] });
    expect([opened, closed]).toEqual([3, 2]);
    expect(told).toEqual(["gone", "recovered"]);
  });
});

describe("raw images", () => {
  it("begin at a multiple of 4 in memory, wherever the bytes came from", () => {
    const memory = new ArrayBuffer(20);
    new Uint8Array(memory).set([0, 1, 2, 3, 255, 4, 5, 6, 255]);
    const image = rawImage(Buffer.from(memory, 1, 8), 2, 1);
    expect([...wordsOf(image)]).toEqual([colour(1, 2, 3), colour(4, 5, 6)]);
  });

  it("of fewer bytes than their size says are refused", () => {
    expect(() => rawImage(Buffer.alloc(15), 2, 2)).toThrow("15 bytes");
    expect(() => rawImage(Buffer.alloc(16), 0, 2)).toThrow();
  });

  it("are enlarged pixel by pixel", () => {
    const image = touch(plain(2, 1), 1, 0);
    const [left, right] = wordsOf(image);
    expect([...wordsOf(enlarge(image, 2))]).toEqual([left, left, right, right, left, left, right, right]);
  });
});

describe("frames that are kept for tests", () => {
  const folder = mkdtempSync(join(tmpdir(), "reeltime-frames-"));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("are the last ones, as they are, and take no more space where nothing changed", async () => {
    const keep = keepFrames(folder, 3);
    const image = plain(10, 10);
    const other = touch(image, 5, 5);
    await keep("60", 1, image);
    await keep("60", 2.5, copyOf(image));
    await keep("60", 3, other);
    await keep("61", 4, image);
    const names = readdirSync(folder).sort((one, two) => one.localeCompare(two));
    expect(names).toEqual(["60-2.500-10x10.rgba", "60-3.000-10x10.rgba", "61-4.000-10x10.rgba"]);
    expect(readFileSync(join(folder, "60-2.500-10x10.rgba")).equals(image.pixels)).toBe(true);
    expect(readFileSync(join(folder, "60-3.000-10x10.rgba")).equals(other.pixels)).toBe(true);
    await keep("61", 5, copyOf(image));
    expect(statSync(join(folder, "61-5.000-10x10.rgba")).nlink).toBe(2);
  });
});
