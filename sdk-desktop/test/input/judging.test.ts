import { describe, expect, it } from "vitest";
import { Judging } from "../../src/input/judging.js";
import { MAX_WAITING_INPUTS } from "../../src/input/limits.js";
import type { InputReport } from "../../src/input/messages.js";
import type { Scope } from "../../src/input/scope.js";
import type { WindowSource, WindowsSnapshot } from "../../src/windows/desktop-window.js";
import { until } from "../support/x-server.js";
import { desktopWindow, lookAt } from "./desk.js";

const SCOPE: Scope = {
  target: { kind: "displays" },
  rules: { denyWindows: ["Vault"], denyRectangles: [], recordTitles: true },
  pictures: [{ id: "1", name: "1", source: "display", x: 0, y: 0, width: 1000, height: 800, scale: 1 }],
};
const EDITOR = desktopWindow(1, "Editor", { x: 0, y: 0, width: 400, height: 300 });

/** Windows that are what a test says, or cannot be read. */
class Desk {
  looks = 0;
  opened = 0;
  snapshot: () => Promise<WindowsSnapshot> = () => Promise.resolve(lookAt([EDITOR], { active: 1, atMs: 1 }));

  readonly open = (): Promise<WindowSource> => {
    this.opened++;
    return Promise.resolve({
      snapshot: () => {
        this.looks++;
        return this.snapshot();
      },
      close: () => {},
    });
  };
}

function judge(desk: Desk): { readonly judging: Judging; readonly reports: InputReport[] } {
  const reports: InputReport[] = [];
  const judging = new Judging({ send: (report) => reports.push(report), openWindows: desk.open });
  judging.scope(SCOPE);
  return { judging, reports };
}

const press = (atMs: number, down = true) =>
  ({ type: "button", atMs, x: 10, y: 10, button: 1, down, clicks: 1 }) as const;

describe("judging", () => {
  it("looks at the windows after each input before it tells it", async () => {
    const desk = new Desk();
    const { judging, reports } = judge(desk);
    let answer: (look: WindowsSnapshot) => void = () => {};
    desk.snapshot = () => new Promise((resolve) => (answer = resolve));
    judging.take([press(1)]);
    await until(() => desk.looks === 1, "it does not look");
    judging.take([press(2, false)]);
    expect(reports).toEqual([]);
    answer(lookAt([EDITOR], { active: 1, atMs: 1 }));
    await until(() => desk.looks === 2, "it does not look again for what came meanwhile");
    expect(reports.map(({ type }) => type)).toEqual(["input", "clicked", "focused"]);
    answer(lookAt([EDITOR], { active: 1, atMs: 2 }));
    await judging.drain();
    expect(reports.at(-1)).toEqual({ type: "input", inputs: [press(2, false)] });
  });

  it("tells nothing while windows cannot be read, says so once, and goes on when they can", async () => {
    const desk = new Desk();
    const { judging, reports } = judge(desk);
    const works = desk.snapshot;
    desk.snapshot = () => Promise.reject(new Error("gone"));
    judging.take([press(1), { type: "key", atMs: 2, key: "Enter" }]);
    await judging.drain();
    judging.take([press(3)]);
    await judging.drain();
    expect(reports.map(({ type }) => type)).toEqual(["trouble", "active"]);
    desk.snapshot = works;
    judging.take([press(5_000)]);
    await judging.drain();
    expect(reports.slice(2).map(({ type }) => type)).toEqual(["recovered", "input", "clicked", "focused"]);
    expect(desk.opened).toBe(3);
  });

  it("holds a bounded number of inputs", async () => {
    const desk = new Desk();
    const { judging, reports } = judge(desk);
    let answer: (look: WindowsSnapshot) => void = () => {};
    desk.snapshot = () => new Promise((resolve) => (answer = resolve));
    judging.look();
    await until(() => desk.looks === 1, "it does not look");
    const moves = Array.from(
      { length: MAX_WAITING_INPUTS + 100 },
      (_, x) => ({ type: "pointer", atMs: 1, x, y: 1 }) as const,
    );
    for (const move of moves) judging.take([move]);
    answer(lookAt([EDITOR], { atMs: 1 }));
    await until(() => desk.looks === 2, "it does not look again");
    answer(lookAt([EDITOR], { atMs: 1 }));
    await judging.drain();
    const told = reports.flatMap((report) => (report.type === "input" ? report.inputs : []));
    expect(told).toHaveLength(MAX_WAITING_INPUTS);
  });

  it("tells nothing that waited when it was told to forget", async () => {
    const desk = new Desk();
    const { judging, reports } = judge(desk);
    let answer: (look: WindowsSnapshot) => void = () => {};
    desk.snapshot = () => new Promise((resolve) => (answer = resolve));
    judging.take([press(1)]);
    judging.take([press(2)]);
    await until(() => desk.looks === 1, "it does not look");
    judging.forget();
    answer(lookAt([EDITOR], { atMs: 1 }));
    await judging.drain();
    expect(reports.filter(({ type }) => type === "input" || type === "clicked")).toEqual([]);
  });

  it("says which window has the keyboard when that changes, and nothing of a denied one", async () => {
    const desk = new Desk();
    const { judging, reports } = judge(desk);
    const vault = desktopWindow(2, "Vault", { x: 500, y: 300, width: 100, height: 100 });
    for (const active of [1, 1, 2, 1]) {
      desk.snapshot = () => Promise.resolve(lookAt([EDITOR, vault], { active, atMs: 1 }));
      judging.look();
      await judging.drain();
    }
    expect(reports).toEqual([
      { type: "focused", atMs: 1, title: "Editor", app: "app of Editor" },
      { type: "focused", atMs: 1, title: "Editor", app: "app of Editor" },
    ]);
  });
});
