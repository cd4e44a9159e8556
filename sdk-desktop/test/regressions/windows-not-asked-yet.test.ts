/**
 * With thousands of windows, or on a machine that is busy, some had not said yet where they are when the first capture was made.
 * They were nowhere for as long, and so nothing of them was black.
 */
import { expect, test } from "vitest";
import { deniedAreas, isDeniedAt } from "../../src/privacy/deny.js";
import type { PrivacyRules } from "../../src/privacy/rules.js";
import { WindowTree } from "../../src/windows/window-tree.js";
import { describeWindows } from "../../src/windows/x11-windows.js";

const ROOT = 0x100;
const clientOf = (window: number): number => window >>> 21;
const rules: PrivacyRules = { denyWindows: ["vault"], denyRectangles: [], recordTitles: true };
const picture = { id: "0", name: "screen", source: "display", x: 0, y: 0, scale: 1 } as const;
const size = { width: 800, height: 600 };

test("a window that has not said where it is may be anywhere", () => {
  const tree = new WindowTree({ root: ROOT, clientOf, isKept: () => true });
  const handle = (5 << 21) | 1;
  const [question] = tree.discover(handle, ROOT, true, 1_000);
  const look = (atMs: number) =>
    describeWindows(tree, { atMs, sinceMs: atMs - 100, active: undefined, clientOf });
  const black = (atMs: number) =>
    deniedAreas({
      before: look(atMs),
      after: look(atMs + 50),
      rules,
      picture: { ...picture, ...size },
      displays: [],
    });
  expect(black(5_000)).toEqual([{ x: 0, y: 0, ...size }]);
  expect(isDeniedAt(look(5_000), rules, { x: 700, y: 10 }, [])).toBe(true);
  if (question === undefined) throw new Error("nothing is asked");
  // It is not even on the screen.
  const attributes = { inputOnly: false, mapped: false, overrideRedirect: false };
  const place = { x: 10, y: 10, width: 50, height: 50, border: 0 };
  tree.learn(question.node, question.node.placeTurn, place, attributes, ROOT, 5_100);
  question.node.reading = "read";
  expect(black(5_200)).toEqual([]);
});
