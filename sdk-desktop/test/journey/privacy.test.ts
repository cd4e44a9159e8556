import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { StoredFrame } from "@reeltime/recorder/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Reeltime, until } from "../../../server/test/journey/reeltime.js";
import { FULL_LENGTH, missingForJourneys } from "../support/needs.js";
import { type PatternApp, type PatternWindow, patternPixels, startPattern } from "../support/pattern.js";
import { ofType, paintsOf, Recording } from "../support/recording.js";
import { decodeImage } from "../support/replayed-pictures.js";
import { startX, type XServer } from "../support/x-server.js";

const SIZE = { width: 1280, height: 800 };
const SCENE_MS = FULL_LENGTH ? 15_000 : 3_500;
/** What may be seen, of another colour: that the recording shows anything at all. */
const OPEN = "#00d455";
/** No word, and no letter in it is in another place of what a session says. */
const SECRET = "wqzjxkvu7394";
/** The keys of those on a US layout, as the hook numbers them. */
const KEYCODES = [17, 16, 44, 36, 45, 37, 47, 22, 8, 4, 10, 5];

const LEDGER = { title: "Secret ledger", app: ["ledger", "Ledger"] } as const satisfies PatternWindow;
const SCENES: Readonly<Record<string, readonly PatternWindow[]>> = {
  "opens and stands": [LEDGER],
  "moves all the time": [
    { ...LEDGER, moves: { everyMs: 4, stepX: 23, stepY: 11, withinX: 900, withinY: 500 } },
  ],
  "jumps about": [
    {
      ...LEDGER,
      jumps: {
        everyMs: 9,
        // All above what may be seen: between two places it is black as well.
        places: [
          [0, 0],
          [880, 300],
          [300, 100],
        ],
      },
    },
  ],
  "opens and closes": [{ ...LEDGER, blinks: { shownMs: 15, hiddenMs: 15 } }],
  "has a menu": [{ ...LEDGER, children: [{ kind: "popup", owned: false, x: 420, y: 160, width: 180 }] }],
  "has a dialog": [{ ...LEDGER, children: [{ kind: "dialog", title: "Sure?", x: 260, y: 220 }] }],
  "has only WM_NAME, and no process": [{ title: LEDGER.title, names: "wm", pid: false }],
  "has a popup that says nothing of itself": [
    LEDGER,
    { kind: "popup", pid: false, x: 640, y: 420, width: 160, height: 120 },
  ],
};

describe.skipIf(missingForJourneys.length > 0)("what a recording must not hold", () => {
  let server: Reeltime;
  let x: XServer;
  let recording: Recording;
  let stored: readonly StoredFrame[] = [];

  beforeAll(async () => {
    server = await new Reeltime().start();
    x = await startX(SIZE);
    recording = await Recording.start({
      server,
      env: x.env,
      options: { denyWindows: ["secret ledger", { app: "ledger" }] },
    });
  });
  afterAll(async () => {
    await recording?.close();
    await x?.close();
    await server?.stop();
  });

  const paints = async () => paintsOf(await recording.events());
  const patternIn = async (colour: `#${string}`): Promise<number> => {
    let pixels = 0;
    for (const { rectangles } of await paints()) {
      for (const { image } of rectangles)
        pixels += patternPixels((await decodeImage(image)).bytes, 4, colour, colour === OPEN ? 4 : 40);
    }
    return pixels;
  };

  it("has no pixel of a denied window while that does what windows do", async () => {
    const open: PatternApp = await startPattern(x, [
      { title: "Harbour", app: ["harbour", "Harbour"], colour: OPEN, x: 20, y: 560, width: 200, height: 120 },
    ]);
    try {
      for (const [scene, windows] of Object.entries(SCENES)) {
        const app = await startPattern(x, windows);
        const before = (await paints()).length;
        const untilMs = Date.now() + SCENE_MS;
        let turn = 0;
        // Something that may be seen changes too, so that there are captures.
        try {
          await until(
            async () => {
              turn += 1;
              await open.tell({ x: 20 + (turn % 20) * 4, raise: true });
              x.xdotool("mousemove", 100 + ((turn * 37) % 900), 100 + ((turn * 53) % 500));
              return Date.now() > untilMs && (await paints()).length > before + 3;
            },
            `paints while it ${scene}`,
            SCENE_MS + 30_000,
          );
        } finally {
          await app.close();
        }
      }
    } finally {
      await open.close();
    }
    expect(await patternIn("#ff00d4")).toBe(0);
    expect(await patternIn(OPEN)).toBeGreaterThan(10_000);
  }, 240_000);

  it("has nothing of where the pointer was in a denied window, nor its title", async () => {
    const app = await startPattern(x, [{ ...LEDGER, x: 300, y: 200, width: 400, height: 300 }]);
    try {
      const [handle = 0] = app.handles;
      x.xdotool("windowactivate", "--sync", handle);
      x.xdotool("mousemove", 40, 40);
      await until(async () => (await paints()).length > 0, "a capture of it");
      const before = (await recording.events()).length;
      x.xdotool("mousemove", 480, 380, "click", 1, "click", 3, "key", "Return", "mousemove", 40, 44);
      await until(
        async () => ofType((await recording.events()).slice(before), "pointer").length > 0,
        "the pointer outside again",
      );
      const events = (await recording.events()).slice(before);
      expect(ofType(events, "button")).toEqual([]);
      expect(ofType(events, "key")).toEqual([]);
      for (const { x: left, y: top } of ofType(events, "pointer"))
        expect(left > 310 && left < 690 && top > 210 && top < 490).toBe(false);
    } finally {
      await app.close();
    }
  });

  it("has no letter of what is typed, and no keycode", async () => {
    x.run("zenity", ["--password", "--title=pass"]);
    const entry = await x.windowNamed("pass");
    x.xdotool("windowactivate", "--sync", entry);
    // No key is told for a moment after a denied window has gone.
    await until(async () => {
      x.xdotool("key", "F9");
      return ofType(await recording.events(), "key").some(({ key }) => key === "F9");
    }, "a key");
    const before = (await recording.events()).length;
    x.xdotool("type", "--delay", "60", SECRET);
    x.xdotool("key", "BackSpace", "ctrl+s", "Escape");
    await until(
      async () => ofType((await recording.events()).slice(before), "key").some(({ key }) => key === "Escape"),
      "the last key",
    );
    const keys = ofType((await recording.events()).slice(before), "key").map(({ key }) => key);
    expect(keys.filter((key) => key !== "F9")).toEqual(["Backspace", "Ctrl+S", "Escape"]);
  });

  it("has none of that in its raw bytes, wherever they lie", async () => {
    await recording.app.call("stop");
    stored = await server.allFrames(recording.sessionId);
    const said = JSON.stringify(await server.session(recording.sessionId));
    const raw = [
      ...stored.map(({ bytes }) => Buffer.from(bytes)),
      Buffer.from(said),
      ...filesIn(server.data),
    ];
    for (const secret of [...piecesOf(SECRET), "ecret ledge", "ledger"]) {
      for (const encoding of ["utf8", "utf16le"] as const) {
        const needle = Buffer.from(secret, encoding);
        expect(raw.filter((bytes) => bytes.includes(needle)).length, `${secret} in ${encoding}`).toBe(0);
      }
    }
    for (const needle of keycodeNeedles())
      expect(raw.filter((bytes) => bytes.includes(needle)).length, needle.toString("hex")).toBe(0);
    expect(raw.some((bytes) => bytes.includes(Buffer.from("Ctrl+S")))).toBe(true);
  });
});

/** Every five letters of it in a row: fewer would be found in any compressed image. */
const piecesOf = (secret: string): readonly string[] =>
  Array.from({ length: secret.length - 4 }, (_, at) => secret.slice(at, at + 5));

/** Five of the keycodes in a row, as a byte, two or four each, or as msgpack would write them into an event. */
function keycodeNeedles(): readonly Buffer[] {
  const five = Array.from({ length: KEYCODES.length - 4 }, (_, at) => KEYCODES.slice(at, at + 5));
  return five.flatMap((codes) => [
    Buffer.from(codes),
    Buffer.from(new Uint16Array(codes).buffer),
    Buffer.from(new Uint32Array(codes).buffer),
    Buffer.from(new Float64Array(codes).buffer),
  ]);
}

/** All that lies in a folder, by file. */
function filesIn(folder: string): readonly Buffer[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath ?? entry.path, entry.name)));
}
