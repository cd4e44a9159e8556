/**
 * Real work on a display, the same every time: text is typed into an editor and scrolled, a terminal lists and runs, a
 * browser is scrolled, hovered and typed into, windows are dragged and brought to the front. One twelfth of it is idle.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findChromium } from "../../chromium.mjs";
import { PAGE } from "./page.mjs";

/** Programs the work is done with, beside those a display needs. */
export const WORK_PROGRAMS = ["mousepad", "xterm", "chromium", "xwininfo"];

const SENTENCE =
  "The gauge at the pier reads two hundred and forty-one; the one at the lock reads less, as it did in spring. ";
const START_MS = 30_000;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Opens editor, terminal and browser and lays them out.
 * @param {{env: NodeJS.ProcessEnv}} display as `startX` gives it
 */
export async function openApps({ env }) {
  const folder = mkdtempSync(join(tmpdir(), "reeltime-work-"));
  const children = [];
  const run = (command, args, more = {}) => {
    const child = spawn(command, args, { env: { ...env, ...more }, stdio: "ignore", detached: true });
    child.on("error", () => {});
    children.push(child);
  };
  const tell = (...words) => output("xdotool", words.map(String), env);
  writeFileSync(join(folder, "notes.txt"), longText(400));
  writeFileSync(join(folder, "page.html"), PAGE);
  run("mousepad", [join(folder, "notes.txt")], {
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    GTK_THEME: "Adwaita",
    DBUS_SESSION_BUS_ADDRESS: "disabled:",
    NO_AT_BRIDGE: "1",
    GSETTINGS_BACKEND: "memory",
  });
  run("xterm", ["-title", "work-terminal", "-fa", "DejaVu Sans Mono", "-fs", "11", "-geometry", "96x30"], {
    PS1: "$ ",
    HISTFILE: "/dev/null",
  });
  const { executablePath } = await findChromium();
  run(executablePath, [
    ...["--no-sandbox", "--disable-gpu", "--test-type", "--no-first-run", "--disable-background-networking"],
    ...["--disable-component-update", "--disable-sync", "--noerrdialogs", "--password-store=basic"],
    `--user-data-dir=${join(folder, "profile")}`,
    "--window-size=1000,800",
    `--app=file://${join(folder, "page.html")}`,
  ]);
  const [editor, terminal, browser] = [
    await windowNamed(tell, "notes.txt"),
    await windowNamed(tell, "work-terminal"),
    await windowNamed(tell, "Harbour notes"),
  ];
  const [width, height] = (await tell("getdisplaygeometry")).split(" ").map(Number);
  const place = (window, x, y, w, h) =>
    tell(
      ...["windowsize", "--sync", window, Math.round(w * width), Math.round(h * height)],
      ...["windowmove", "--sync", window, Math.round(x * width), Math.round(y * height)],
    );
  await place(editor, 0.02, 0.04, 0.44, 0.6);
  await place(terminal, 0.4, 0.5, 0.42, 0.44);
  await place(browser, 0.48, 0.03, 0.5, 0.7);
  return {
    env,
    tell,
    windows: { editor, terminal, browser },
    size: { width, height },
    /** Ends what was opened, by its own process groups. */
    async close() {
      for (const child of children) {
        try {
          process.kill(-child.pid, "SIGKILL");
        } catch {
          // It has ended by itself.
        }
      }
      await sleep(100);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/**
 * Works for so long. Returns when each part began, ms since the start.
 * @param {Awaited<ReturnType<typeof openApps>>} apps
 * @param {number} lengthMs the parts keep their shares of it
 */
export async function work(apps, lengthMs = 60_000) {
  const parts = [
    ["type", 13, typeInEditor],
    ["scroll", 5, scrollEditor],
    ["terminal", 11, runInTerminal],
    ["browser", 15, browse],
    ["drag", 6, dragWindows],
    ["switch", 5, switchWindows],
    ["idle", 5, () => {}],
  ];
  const startMs = Date.now();
  const began = [];
  let share = 0;
  for (const [name, seconds, part] of parts) {
    began.push({ name, atMs: Date.now() - startMs });
    share += seconds / 60;
    const untilMs = startMs + share * lengthMs;
    await part(apps, untilMs);
    await sleep(Math.max(0, untilMs - Date.now()));
  }
  return began;
}

/** Repeats a step until its time is over. */
async function during(untilMs, step) {
  for (let round = 0; Date.now() < untilMs - 150; round++) await step(round);
}

async function front({ tell, windows }, name) {
  await tell("windowactivate", "--sync", windows[name]);
}

/** Where a window's own content lies; xdotool counts a window manager's frame twice. */
async function middleOf({ env, windows }, name) {
  const said = await output("xwininfo", ["-id", String(windows[name])], env);
  const value = (key) => Number(new RegExp(`${key}: +(-?\\d+)`).exec(said)?.[1] ?? 0);
  const [x, y] = [value("Absolute upper-left X"), value("Absolute upper-left Y")];
  const [width, height] = [value("Width"), value("Height")];
  return { x: Math.round(x + width / 2), y: Math.round(y + height / 2), left: x, top: y, width, height };
}

async function typeInEditor(apps, untilMs) {
  await front(apps, "editor");
  const { x, y } = await middleOf(apps, "editor");
  await apps.tell("mousemove", x, y, "click", 1, "key", "ctrl+Home");
  await during(untilMs, async (round) => {
    const from = (round * 12) % SENTENCE.length;
    await apps.tell("type", "--delay", 70, SENTENCE.slice(from, from + 12));
    if (round % 9 === 8) await apps.tell("key", "Return");
  });
}

async function scrollEditor(apps, untilMs) {
  await during(untilMs, async (round) => {
    await apps.tell("click", Math.floor(round / 12) % 2 === 0 ? 5 : 4);
    await sleep(90);
  });
}

async function runInTerminal(apps, untilMs) {
  await front(apps, "terminal");
  const { x, y } = await middleOf(apps, "terminal");
  await apps.tell("mousemove", x, y, "click", 1);
  await apps.tell("type", "--delay", 45, "ls -la --color /usr/lib | head -60\n");
  await sleep(400);
  await apps.tell(
    ...[
      "type",
      "--delay",
      25,
      'for n in $(seq 400); do echo "$n  gauge $((n % 7))  level $((n * 37 % 911)) mm"; sleep 0.08; done\n',
    ],
  );
  await sleep(Math.max(0, untilMs - 600 - Date.now()));
  await apps.tell("key", "ctrl+c");
}

async function browse(apps, untilMs) {
  await front(apps, "browser");
  const { x, y, left, top, width, height } = await middleOf(apps, "browser");
  await apps.tell("mousemove", x, y);
  const thirdMs = (untilMs - Date.now()) / 3;
  await during(Date.now() + thirdMs, async (round) => {
    await apps.tell("click", Math.floor(round / 16) % 2 === 0 ? 5 : 4);
    await sleep(80);
  });
  await during(Date.now() + thirdMs, async (round) => {
    const across = left + width * (0.15 + ((round * 13) % 70) / 100);
    const down = top + height * (0.2 + ((round * 29) % 65) / 100);
    await apps.tell("mousemove", Math.round(across), Math.round(down));
    await sleep(110);
  });
  await apps.tell(
    "key",
    "ctrl+Home",
    "mousemove",
    Math.round(left + width / 2),
    Math.round(top + 28),
    "click",
    1,
  );
  await during(untilMs, async (round) => {
    await apps.tell("type", "--delay", 80, SENTENCE.slice((round * 8) % 80, ((round * 8) % 80) + 8));
  });
}

async function dragWindows(apps, untilMs) {
  const halfMs = (untilMs - Date.now()) / 2;
  for (const [name, untilPartMs] of [
    ["editor", Date.now() + halfMs],
    ["terminal", untilMs],
  ]) {
    await front(apps, name);
    const { x, top } = await middleOf(apps, name);
    await apps.tell("mousemove", x, top - 10, "mousedown", 1);
    await during(untilPartMs, async (round) => {
      const swing = Math.sin(round / 7);
      await apps.tell("mousemove", Math.round(x + 180 * swing), Math.round(top - 10 + 40 * Math.abs(swing)));
      await sleep(45);
    });
    await apps.tell("mousemove", x, top - 10, "mouseup", 1);
  }
}

async function switchWindows(apps, untilMs) {
  const names = Object.keys(apps.windows);
  await during(untilMs, async (round) => {
    await front(apps, names[round % names.length]);
    await sleep(650);
  });
}

async function windowNamed(tell, name) {
  const deadline = Date.now() + START_MS;
  for (;;) {
    const found = (await tell("search", "--onlyvisible", "--name", name)).split("\n").at(-1) ?? "";
    if (found !== "") return Number(found);
    if (Date.now() > deadline) throw new Error(`no window is named ${name}`);
    await sleep(100);
  }
}

/** What a command says, whether it went well or not. */
function output(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "ignore"] });
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += chunk;
    });
    child.once("error", reject);
    child.once("close", () => resolve(said.trim()));
  });
}

const longText = (lines) =>
  Array.from({ length: lines }, (_, place) => `${String(place + 1).padStart(3)}  ${SENTENCE}`).join("\n");
