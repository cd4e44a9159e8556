/**
 * An app whose windows show a known pattern, and which does what apps do that are hard to mask. A program of its own:
 *
 *   DISPLAY=:93 node pattern-app.mjs '[{ "title": "Secret", "app": ["secret", "Secret"], "children": [{ "kind": "popup" }] }]'
 *
 * Writes a line of JSON, `{"windows":[handle, …]}`, when its windows are asked to be shown (in the order of the specs, parents before
 * their children). Then takes lines of JSON on standard input, `{"window":0,"title":"Other"}`, and answers each with
 * `{"done":true}` when the server has carried it out. Ends with its standard input. `pattern.ts` describes the words.
 */
import { createInterface } from "node:readline";
import x11 from "x11";

const EXPOSURE = 0x8000;
const STRIPE_PIXELS = 16;

const specs = JSON.parse(process.argv[2] ?? "[{}]");
const client = x11.createClient({ disableBigRequests: true, shm: false }, (error, server) => {
  if (error) throw error;
  void begin(server);
});
// A window that is gone is asked something now and then: these programs close them under themselves.
client.on("error", () => {});
client.on("end", () => process.exit(0));

/** Handle → what repaints it. */
const painted = new Map();
const windows = [];

async function begin(server) {
  const roots = server.screen.map(({ root }) => root);
  const atoms = {};
  for (const name of [
    "UTF8_STRING",
    "_NET_WM_NAME",
    "_NET_WM_PID",
    "_NET_WM_WINDOW_TYPE",
    "_NET_WM_WINDOW_TYPE_DIALOG",
    "_NET_WM_WINDOW_TYPE_TOOLTIP",
  ])
    atoms[name] = await new Promise((resolve) => {
      client.InternAtom(false, name, (_, atom) => {
        resolve(atom);
        return true;
      });
    });
  const context = { roots, atoms };
  client.on("event", (event) => {
    if (event.name === "Expose") painted.get(event.wid)?.();
  });
  for (const spec of specs) build(context, spec, undefined);
  await sync();
  say({ windows: windows.map(({ handle }) => handle) });
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => void obey(context, JSON.parse(line)));
  lines.on("close", () => process.exit(0));
}

function build(context, spec, parent) {
  const window = { spec, parent, handle: 0, x: spec.x ?? 100, y: spec.y ?? 100 };
  windows.push(window);
  create(context, window);
  if (spec.shown !== false) client.MapWindow(window.handle);
  behave(context, window);
  for (const child of spec.children ?? []) build(context, child, window);
}

function create({ roots, atoms }, window) {
  const { spec } = window;
  const handle = client.AllocID();
  const colour = Number.parseInt((spec.colour ?? "#ff00d4").slice(1), 16);
  const { width = 300, height = 200 } = spec;
  window.handle = handle;
  const parent = spec.within ?? roots[spec.screen ?? 0];
  client.CreateWindow(handle, parent, window.x, window.y, width, height, spec.border ?? 0, 0, 0, 0, {
    // Without a background, the server leaves what was on the screen there until the app paints.
    ...(spec.background === "none" ? {} : { backgroundPixel: colour }),
    eventMask: EXPOSURE,
    overrideRedirect: spec.kind === "popup" ? 1 : 0,
  });
  const text = (name, type, value) =>
    client.ChangeProperty(0, handle, name, type, 8, Buffer.from(value, "utf8"));
  const words = (name, type, values) => client.ChangeProperty(0, handle, name, type, 32, values);
  window.title = (title) => {
    const { names = "both" } = spec;
    if (names !== "net") text(client.atoms.WM_NAME, client.atoms.STRING, title);
    if (names !== "wm") text(atoms._NET_WM_NAME, atoms.UTF8_STRING, title);
  };
  if (spec.title !== undefined && spec.titleAfterMs === undefined) window.title(spec.title);
  if (spec.app !== undefined)
    text(client.atoms.WM_CLASS, client.atoms.STRING, spec.app.map((part) => `${part}\0`).join(""));
  if (spec.pid !== false) words(atoms._NET_WM_PID, client.atoms.CARDINAL, [process.pid]);
  if (spec.kind === "dialog")
    words(atoms._NET_WM_WINDOW_TYPE, client.atoms.ATOM, [atoms._NET_WM_WINDOW_TYPE_DIALOG]);
  if (spec.kind === "tooltip")
    words(atoms._NET_WM_WINDOW_TYPE, client.atoms.ATOM, [atoms._NET_WM_WINDOW_TYPE_TOOLTIP]);
  if (spec.owned !== false && window.parent !== undefined)
    words(client.atoms.WM_TRANSIENT_FOR, client.atoms.WINDOW, [window.parent.handle]);
  if (spec.group !== undefined) {
    const leader = windows[spec.group]?.handle ?? handle;
    words(client.atoms.WM_HINTS, client.atoms.WM_HINTS, [64, 0, 0, 0, 0, 0, 0, 0, leader]);
  }
  // The place that was asked for is meant: a window manager leaves it.
  words(client.atoms.WM_NORMAL_HINTS, client.atoms.WM_SIZE_HINTS, [
    3,
    window.x,
    window.y,
    width,
    height,
    ...Array(13).fill(0),
  ]);
  if (spec.background !== "none") {
    const gc = client.AllocID();
    client.CreateGC(gc, handle, { foreground: colour ^ 0x00_ff_ff });
    painted.set(handle, () => {
      const stripes = [];
      for (let y = 0; y < 2_000; y += 4 * STRIPE_PIXELS) stripes.push(0, y, 4_000, STRIPE_PIXELS);
      client.PolyFillRectangle(handle, gc, stripes);
    });
  }
}

/** The longest that a title stayed although it was to change, since the last answer. */
let stalledMs = 0;

/** What it does by itself, for as long as it runs. */
function behave(context, window) {
  const { spec } = window;
  if (spec.titleAfterMs !== undefined) setTimeout(() => window.title(spec.title ?? ""), spec.titleAfterMs);
  if (spec.titles !== undefined) {
    let turn = 0;
    let lastMs = performance.now();
    setInterval(() => {
      const nowMs = performance.now();
      stalledMs = Math.max(stalledMs, nowMs - lastMs);
      lastMs = nowMs;
      window.title(spec.titles[turn++ % spec.titles.length]);
    }, spec.titleEveryMs ?? 100);
  }
  if (spec.moves !== undefined) {
    const { everyMs = 10, stepX = 7, stepY = 3, withinX = 1_000, withinY = 500 } = spec.moves;
    let [dx, dy] = [stepX, stepY];
    setInterval(() => {
      if (window.x + dx < 0 || window.x + dx > withinX) dx = -dx;
      if (window.y + dy < 0 || window.y + dy > withinY) dy = -dy;
      window.x += dx;
      window.y += dy;
      client.MoveWindow(window.handle, window.x, window.y);
    }, everyMs);
  }
  if (spec.jumps !== undefined) {
    let turn = 0;
    setInterval(() => {
      const [x, y] = spec.jumps.places[turn++ % spec.jumps.places.length];
      client.MoveWindow(window.handle, x, y);
    }, spec.jumps.everyMs ?? 50);
  }
  if (spec.blinks !== undefined) {
    const { shownMs = 5, hiddenMs = 5, anew = true } = spec.blinks;
    const show = () => {
      if (anew) {
        painted.delete(window.handle);
        client.DestroyWindow(window.handle);
        create(context, window);
      }
      client.MapWindow(window.handle);
      setTimeout(hide, shownMs);
    };
    const hide = () => {
      client.UnmapWindow(window.handle);
      setTimeout(show, hiddenMs);
    };
    setTimeout(hide, shownMs);
  }
}

async function obey(context, { window: index = 0, ...words }) {
  const window = windows[index];
  if (words.title !== undefined) window.title(words.title);
  const place = {};
  for (const key of ["x", "y", "width", "height"]) if (words[key] !== undefined) place[key] = words[key];
  if (Object.keys(place).length > 0) client.ConfigureWindow(window.handle, place);
  if (words.raise === true) client.ConfigureWindow(window.handle, { stackMode: 0 });
  if (words.shown === true) client.MapWindow(window.handle);
  if (words.shown === false) client.UnmapWindow(window.handle);
  if (words.focus === true) client.SetInputFocus(window.handle, 1);
  if (words.into !== undefined) {
    client.ReparentWindow(window.handle, words.into, words.x ?? 0, words.y ?? 0);
    client.MapWindow(window.handle);
  }
  if (words.destroy === true) client.DestroyWindow(window.handle);
  if (words.add !== undefined) build(context, words.add, window);
  await sync();
  say({ done: true, windows: windows.map(({ handle }) => handle), stalledMs });
  stalledMs = 0;
}

const sync = () =>
  new Promise((resolve) => {
    client.GetInputFocus(() => {
      resolve();
      return true;
    });
  });

const say = (words) => process.stdout.write(`${JSON.stringify(words)}\n`);
