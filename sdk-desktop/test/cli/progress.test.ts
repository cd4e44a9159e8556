import { describe, expect, it } from "vitest";
import { describeProgress, LINE_EVERY_MS, ProgressLine, REWRITE_EVERY_MS } from "../../src/cli/progress.js";
import { FakeRecorder } from "../support/fake-recorder.js";

const { status } = new FakeRecorder({ projectKey: "pk_1", apiHost: "https://replay.test" });

/** What is written of a recording that is looked at every 100 ms. */
function written(isTerminal: boolean, columns: number, untilMs: number): readonly string[] {
  const texts: string[] = [];
  const line = new ProgressLine({ write: (text) => texts.push(text), isTerminal, columns });
  for (let ms = 0; ms < untilMs; ms += 100) line.show(ms, status);
  return texts;
}

describe("progress", () => {
  it("is time, pictures a second, bytes a second and what was dropped", () => {
    expect(describeProgress(83_500, status)).toBe("1:23  5.0 fps  38 KB/s  0 dropped");
    expect(describeProgress(3_661_000, { ...status, lost: 2, skipped: 3, watched: true })).toBe(
      "1:01:01  5.0 fps  38 KB/s  2 dropped  3 skipped  watched",
    );
    expect(describeProgress(0, { ...status, sessionId: undefined, spooledBytes: 2_500 })).toBe(
      "0:00  5.0 fps  38 KB/s  0 dropped  not connected  3 KB wait",
    );
  });

  it("rewrites its line on a terminal, and never becomes a second one", () => {
    const texts = written(true, 20, 2_000);
    expect(texts).toHaveLength(2_000 / REWRITE_EVERY_MS);
    for (const text of texts) {
      expect(text.startsWith("\r\u001b[K")).toBe(true);
      expect(text.replace("\r\u001b[K", "").length).toBeLessThan(20);
      expect(text).not.toContain("\n");
    }
  });

  it("is a line every five seconds elsewhere", () => {
    const texts = written(false, 80, 11_000);
    expect(texts).toHaveLength(Math.ceil(11_000 / LINE_EVERY_MS));
    expect(texts.every((text) => text.endsWith("\n") && !text.includes("\r"))).toBe(true);
  });
});
