import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Screens } from "../../src/capture/screens.js";
import type { PrivacyRules } from "../../src/privacy/rules.js";
import type { WindowMatch } from "../../src/types.js";
import type { WindowSource } from "../../src/windows/desktop-window.js";
import { LINGER_MS } from "../../src/windows/limits.js";
import { captureMasked, screensOf, viewByChanges, viewOfWholes } from "../support/masked-display.js";
import { type PatternApp, type PatternWindow, patternPixels, startPattern } from "../support/pattern.js";
import { type WatchedDisplay, watchDisplay } from "../support/watched-display.js";
import { missingForX, until, type XServer } from "../support/x-server.js";

const CAPTURES = 40;
/** In a corner where nothing else is: a picture that is black all over shows no secret either. */
const BYSTANDER = {
  title: "Weather",
  app: ["weather", "Weather"],
  colour: "#10b040",
  x: 900,
  y: 600,
  width: 90,
  height: 60,
} as const satisfies PatternWindow;
const SECRET = { title: "Secret ledger", app: ["ledger", "Ledger"] } as const satisfies PatternWindow;
const deny = (...denyWindows: readonly WindowMatch[]): PrivacyRules => ({
  denyWindows,
  denyRectangles: [],
  recordTitles: true,
});

describe.skipIf(missingForX.length > 0)("a denied window's pixels", () => {
  let x: XServer;
  let source: WindowSource;
  let screens: Screens;
  let watched: WatchedDisplay;

  beforeAll(async () => {
    watched = await watchDisplay({ width: 1000, height: 700 });
    ({ x, source } = watched);
    screens = await screensOf(x.display);
    const [handle] = (await watched.open(BYSTANDER)).handles;
    await until(
      async () =>
        (await source.snapshot()).windows.some(
          (window) => window.handle === handle && window.frame.height > window.content.height,
        ),
      "the bystander has no frame",
    );
  });
  afterAll(() => watched?.close());

  /**
   * Captures, masked, and how many pixels of the pattern they have; `blind`: how many of them are black all over. Only what is
   * drawn in is read, unless `whole` says otherwise.
   */
  const capture = async (
    rules: PrivacyRules,
    { captures = CAPTURES, whole = false }: { readonly captures?: number; readonly whole?: boolean } = {},
    between: (turn: number) => Promise<void> = async () => undefined,
  ) => {
    const view = whole ? viewOfWholes(screens) : viewByChanges(screens, x.display);
    let seen = 0;
    let blind = 0;
    let taken = 0;
    for (let turn = 0; turn < captures; turn++) {
      await between(turn);
      const { pixels: data } = await captureMasked(screens, source, rules, view);
      taken++;
      seen += patternPixels(data, 4);
      if (patternPixels(data, 4, BYSTANDER.colour) === 0) blind++;
    }
    view.close();
    return { seen, blind, taken };
  };
  const CLEAN = { seen: 0, taken: CAPTURES };

  const scene = (
    name: string,
    windows: readonly PatternWindow[],
    rules: PrivacyRules,
    between?: (app: PatternApp, turn: number) => Promise<void>,
  ): void => {
    test(name, { timeout: 120_000 }, async () => {
      const app = await startPattern(x, windows);
      try {
        const act = between && ((turn: number) => between(app, turn));
        // Begins while they open.
        for (const whole of [false, true]) {
          let masked = await capture(rules, { whole }, act);
          // A title that stayed for longer than it lingers is the one that counts: that was another scene.
          while ((await app.tell({})) > LINGER_MS / 2) masked = await capture(rules, { whole }, act);
          expect({ whole, ...masked }).toMatchObject(CLEAN);
          // A black picture shows nothing either: that would not be an answer.
          expect(masked.blind).toBe(0);
        }
        // They do show it: without a rule it is in the pictures.
        await expect
          .poll(async () => (await capture(deny(), { captures: 1 }, act)).seen, {
            interval: 1,
            timeout: 30_000,
          })
          .toBeGreaterThan(0);
      } finally {
        await app.close();
      }
    });
  };

  scene("are black while it opens, stands and is a window like any other", [SECRET], deny({ app: "ledger" }));
  scene("are black when a rule means its title", [SECRET], deny("secret LEDGER"));
  scene(
    "are black while it moves",
    [{ ...SECRET, moves: { everyMs: 4, stepX: 23, stepY: 11, withinX: 590, withinY: 370 } }],
    deny({ app: "ledger" }),
  );
  scene(
    "are black while it jumps from place to place",
    [
      {
        ...SECRET,
        jumps: {
          everyMs: 7,
          places: [
            [0, 0],
            [590, 380],
            [300, 100],
            [580, 20],
          ],
        },
      },
    ],
    deny({ app: "ledger" }),
  );
  scene(
    "are black while it opens and closes all the time, as a new window each time",
    [{ ...SECRET, blinks: { shownMs: 12, hiddenMs: 12 } }],
    deny({ app: "ledger" }),
  );
  scene(
    "are black when it opens for a moment only and no window manager looks after it",
    [{ ...SECRET, kind: "popup", blinks: { shownMs: 3, hiddenMs: 20 } }],
    deny({ title: "secret" }),
  );
  scene(
    "are black when only WM_NAME has its title and it states no process and no class",
    [{ title: SECRET.title, names: "wm", pid: false }],
    deny({ title: "secret ledger" }),
  );
  scene(
    "are black in its menus, its tooltips, its dialogs and theirs",
    [
      {
        ...SECRET,
        children: [
          { kind: "popup", x: 500, y: 100 },
          { kind: "popup", x: 800, y: 100, owned: false, pid: false },
          { kind: "tooltip", x: 500, y: 350, owned: false },
          {
            kind: "dialog",
            title: "Open",
            x: 800,
            y: 350,
            children: [{ kind: "dialog", title: "Sure?", x: 100, y: 500 }],
          },
          { kind: "dialog", title: "Other", x: 500, y: 550, owned: false, app: SECRET.app, pid: false },
        ],
      },
    ],
    deny({ title: "secret ledger" }),
  );
  scene(
    "are black in a menu that opens and closes all the time",
    [
      {
        ...SECRET,
        children: [
          { kind: "popup", x: 700, y: 300, pid: false, owned: false, blinks: { shownMs: 9, hiddenMs: 9 } },
        ],
      },
    ],
    deny({ app: "ledger" }),
  );
  scene(
    "are black when its title comes after it is shown",
    [{ title: SECRET.title, titleAfterMs: 600 }],
    deny({ title: "secret ledger" }),
  );
  scene(
    "are black when its title comes and goes",
    [{ ...SECRET, titles: ["Secret ledger", "Weather", "News"], titleEveryMs: 90, title: "Secret ledger" }],
    deny({ title: "secret ledger" }),
  );
  scene(
    "are black when it changes its size and its place in the pile",
    [{ ...SECRET, x: 200, y: 200 }],
    deny({ app: "ledger" }),
    async (app, turn) => {
      await app.tell({
        width: 100 + ((turn * 37) % 500),
        height: 80 + ((turn * 53) % 300),
        raise: turn % 3 === 0,
      });
    },
  );
  scene(
    "are black where it stood, beneath a window that does not paint what it uncovered at once",
    [
      {
        title: "Slow",
        app: ["slow", "Slow"],
        x: 0,
        y: 0,
        width: 880,
        height: 600,
        background: "none",
      },
      {
        ...SECRET,
        jumps: {
          everyMs: 40,
          places: [
            [100, 100],
            [104, 102],
            [108, 104],
            [104, 98],
          ],
        },
      },
    ],
    deny({ app: "ledger" }),
  );

  test("are black in a popup that nothing ties to anything, while a denied app runs", {
    timeout: 60_000,
  }, async () => {
    const secret = await startPattern(x, [{ ...SECRET, width: 60, height: 40 }]);
    const stray = await startPattern(x, [{ kind: "popup", pid: false, x: 600, y: 300 }]);
    expect(await capture(deny({ app: "ledger" }), { captures: 30 })).toMatchObject({ seen: 0, blind: 0 });
    await secret.close();
    // Who has no denied app running sees the popups of all others, once that one has been gone for a while.
    await expect
      .poll(async () => (await capture(deny({ app: "ledger" }), { captures: 1 })).seen, { timeout: 10_000 })
      .toBeGreaterThan(0);
    await stray.close();
  });

  test("are black while a hundred of its windows come and go", { timeout: 60_000 }, async () => {
    const app = await startPattern(
      x,
      Array.from({ length: 12 }, (_, at) => ({
        ...SECRET,
        kind: at % 2 === 0 ? ("popup" as const) : ("normal" as const),
        x: at * 60,
        y: at * 35,
        width: 150,
        height: 100,
        blinks: { shownMs: 5 + at * 3, hiddenMs: 5 + at * 2 },
      })),
    );
    expect(await capture(deny({ app: "ledger" }), { captures: 100 })).toMatchObject({
      seen: 0,
      blind: 0,
      taken: 100,
    });
    await app.close();
  });
});
