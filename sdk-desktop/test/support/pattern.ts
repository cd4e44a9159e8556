import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { XServer } from "./x-server.js";

/** What a window of a pattern app is. All of it has a default. */
export interface PatternWindow {
  readonly title?: string;
  /** Which of its title's properties it states. Default: both. */
  readonly names?: "both" | "wm" | "net";
  /** Both parts of its class; default: it says none. */
  readonly app?: readonly [instance: string, name: string];
  /** Whether it says its process. Default: it does. */
  readonly pid?: boolean;
  /** `popup`: no window manager frames it. Default: `normal`. */
  readonly kind?: "normal" | "dialog" | "tooltip" | "popup";
  /** Of a child: whether it says that it belongs to its parent. Default: it does. */
  readonly owned?: boolean;
  /** The window of this app, by its number in order, that leads its group. */
  readonly group?: number;
  /** Default `#ff00d4`. Stripes have its opposite: green and blue inverted. */
  readonly colour?: `#${string}`;
  /** `none`: it never paints, so that what was on the screen stays there. */
  readonly background?: "none";
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly border?: number;
  /** The X server's screen that it stands on. Default 0. */
  readonly screen?: number;
  /** A window, also of another app, that it stands in. Default: on the desktop. */
  readonly within?: number;
  /** Default: it is shown at once. */
  readonly shown?: boolean;
  /** Gets its title only then, although it is shown at once. */
  readonly titleAfterMs?: number;
  /** Changes its title to each of these in turn. */
  readonly titles?: readonly string[];
  readonly titleEveryMs?: number;
  /** Moves on and on, turning round at the borders. */
  readonly moves?: {
    readonly everyMs?: number;
    readonly stepX?: number;
    readonly stepY?: number;
    readonly withinX?: number;
    readonly withinY?: number;
  };
  /** Is at one place, then at another. */
  readonly jumps?: {
    readonly places: readonly (readonly [x: number, y: number])[];
    readonly everyMs?: number;
  };
  /** Opens and closes; `anew` (the default): as a new window each time. */
  readonly blinks?: { readonly shownMs?: number; readonly hiddenMs?: number; readonly anew?: boolean };
  readonly children?: readonly PatternWindow[];
}

/** What a pattern app is told to do with one of its windows. */
export interface PatternWords {
  /** In the order of the specs, parents before children. Default 0. */
  readonly window?: number;
  readonly title?: string;
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly raise?: boolean;
  readonly shown?: boolean;
  readonly focus?: boolean;
  readonly destroy?: boolean;
  /** A window, also of another app, that it is put into, at `x` and `y`. */
  readonly into?: number;
  /** A child for it. */
  readonly add?: PatternWindow;
}

/** A pattern app that runs. */
export interface PatternApp {
  readonly child: ChildProcess;
  readonly pid: number;
  /** As they were made; those that blink anew have others by now. */
  readonly handles: readonly number[];
  /**
   * Resolves when the X server has carried it out; a window manager may still be at it. Answers how long a title stayed although
   * it was to change, at the longest since the last answer, in ms: on a busy machine apps stand still.
   */
  tell(words: PatternWords): Promise<number>;
  close(): Promise<void>;
}

interface Answer {
  readonly windows: readonly number[];
  readonly stalledMs?: number;
}

const PROGRAM = fileURLToPath(new URL("pattern-app.mjs", import.meta.url));

/** Starts a pattern app; resolves when its windows have been asked to be shown. */
export async function startPattern(
  x: Pick<XServer, "env">,
  windows: readonly PatternWindow[],
): Promise<PatternApp> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(windows)], {
    env: x.env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answers: ((answer: Answer) => void)[] = [];
  let failed: ((error: Error) => void) | undefined;
  createInterface({ input: child.stdout }).on("line", (line) => answers.shift()?.(JSON.parse(line)));
  const answer = (): Promise<Answer> =>
    new Promise((resolve, reject) => {
      answers.push(resolve);
      failed = reject;
    });
  child.once("exit", (code) => failed?.(new Error(`the pattern app ended with ${code}`)));
  let { windows: handles } = await answer();
  return {
    child,
    pid: child.pid ?? 0,
    get handles() {
      return handles;
    },
    tell: async (words) => {
      const done = answer();
      child.stdin.write(`${JSON.stringify(words)}\n`);
      const { windows, stalledMs = 0 } = await done;
      handles = windows;
      return stalledMs;
    },
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const over = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await over;
    },
  };
}

/** Pixels of RGB or RGBA data that are of a pattern: within `tolerance` of its colour, or of its stripes', in each channel. */
export function patternPixels(
  pixels: Uint8Array,
  channels: 3 | 4,
  colour: `#${string}` = "#ff00d4",
  tolerance = 40,
): number {
  const value = Number.parseInt(colour.slice(1), 16);
  const colours = [value, value ^ 0x00_ff_ff].map((one) => [one >> 16, (one >> 8) & 255, one & 255] as const);
  let count = 0;
  for (let at = 0; at + channels <= pixels.length; at += channels) {
    for (const [red, green, blue] of colours)
      if (
        Math.abs((pixels[at] ?? 0) - red) <= tolerance &&
        Math.abs((pixels[at + 1] ?? 0) - green) <= tolerance &&
        Math.abs((pixels[at + 2] ?? 0) - blue) <= tolerance
      ) {
        count++;
        break;
      }
  }
  return count;
}
