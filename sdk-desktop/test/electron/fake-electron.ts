import { fork } from "node:child_process";
import { EventEmitter } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserWindow, ElectronApi, NativeImage } from "../../src/electron/electron-api.js";
import type { Rectangle } from "../../src/geometry.js";

/*
 * Electron's main process, as its documentation has it. Its binary cannot be installed where these tests run, so nothing here
 * was held against a real one.
 */

/**
 * What a utility process has in place of Node's channel. The real one has no `process.send`, holds what comes until somebody
 * listens, and ends with its port.
 */
const UTILITY_PROCESS = `
const { EventEmitter } = require("node:events");
const { send } = process;
const port = new EventEmitter();
port.postMessage = (message) => send.call(process, message);
const take = (data) => port.emit("message", { data, ports: [] });
port.once("newListener", () => setImmediate(() => process.on("message", take)));
process.on("disconnect", () => process.exit(0));
process.parentPort = port;
delete process.send;
Object.defineProperty(process.versions, "electron", { value: "45.0.0" });
`;

/** A window that a test moves. */
export interface FakeWindow extends BrowserWindow {
  bounds: Rectangle;
  title: string;
  isHidden: boolean;
  minimised: boolean;
  focused: boolean;
  closed: boolean;
  /** Red, green and blue of a point of it, each 0 to 255. */
  colour: (x: number, y: number) => readonly [number, number, number];
  /** What was sent to its page. */
  readonly sent: (readonly unknown[])[];
}

/** Electron with some windows. */
export interface FakeElectron extends ElectronApi {
  readonly windows: FakeWindow[];
  /** The app is ready; before, no process can be started. */
  ready(): void;
  /** What a preload is answered. */
  sendSync(channel: string): unknown;
  /** The utility processes that were started and live. */
  readonly processes: ReadonlySet<{
    readonly serviceName: string;
    readonly pid: number | undefined;
    end(): void;
  }>;
  addWindow(given: { readonly bounds: Rectangle; readonly title: string }): FakeWindow;
}

/**
 * Makes one.
 * @param folder for a file of its own
 */
export function fakeElectron(folder: string, scaleFactor = 1): FakeElectron {
  const preload = join(folder, "utility-process.cjs");
  writeFileSync(preload, UTILITY_PROCESS);
  let isReady = false;
  const waiting: (() => void)[] = [];
  const windows: FakeWindow[] = [];
  const ipc = new EventEmitter();
  const processes = new Set<{ serviceName: string; pid: number | undefined; end: () => void }>();
  return {
    windows,
    processes,
    ready: () => {
      isReady = true;
      for (const go of waiting.splice(0)) go();
    },
    sendSync: (channel) => {
      const event = { returnValue: undefined };
      ipc.emit(channel, event);
      return event.returnValue;
    },
    addWindow: ({ bounds, title }) => {
      const window = fakeWindow(windows.length + 1, bounds, title, scaleFactor);
      windows.push(window);
      return window;
    },
    app: {
      whenReady: () => (isReady ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve))),
      getName: () => "Notes",
      getPath: () => folder,
    },
    BrowserWindow: { getAllWindows: () => windows.filter(({ closed }) => !closed) },
    ipcMain: ipc,
    screen: { getDisplayMatching: () => ({ scaleFactor }) },
    webContents: {
      getAllWebContents: () => windows.filter(({ closed }) => !closed).map(({ webContents }) => webContents),
    },
    utilityProcess: {
      fork: (module, words, { env, execArgv, stdio, serviceName }) => {
        if (!isReady) throw new Error("utilityProcess cannot be created before app is ready.");
        const child = fork(module, words, {
          env,
          execArgv: [...execArgv, "--require", preload],
          serialization: "advanced",
          stdio: [...stdio, "ipc"] as never,
        });
        const process = { serviceName, pid: child.pid, end: () => void child.kill("SIGKILL") };
        processes.add(process);
        const events = new EventEmitter();
        child.on("message", (message) => events.emit("message", message));
        child.once("exit", (code) => {
          processes.delete(process);
          events.emit("exit", code ?? 1);
        });
        return Object.assign(events, {
          stderr: child.stderr,
          postMessage: (message: unknown) => {
            if (child.connected) child.send(message as object, () => {});
          },
          kill: () => child.kill("SIGTERM"),
        });
      },
    },
  };
}

function fakeWindow(id: number, bounds: Rectangle, title: string, scaleFactor: number): FakeWindow {
  const sent: (readonly unknown[])[] = [];
  const window: FakeWindow = {
    id,
    bounds,
    title,
    isHidden: false,
    minimised: false,
    focused: id === 1,
    closed: false,
    colour: () => [255, 255, 255],
    sent,
    isDestroyed: () => window.closed,
    isVisible: () => !window.isHidden && !window.minimised,
    isMinimized: () => window.minimised,
    isFocused: () => window.focused,
    getTitle: () => window.title,
    getContentBounds: () => window.bounds,
    webContents: {
      id: 100 + id,
      isDestroyed: () => window.closed,
      send: (...message) => void sent.push(message),
      capturePage: async () => imageOf(window, scaleFactor),
    },
  };
  return window;
}

function imageOf({ bounds, colour, closed }: FakeWindow, scaleFactor: number): NativeImage {
  if (closed) throw new Error("Object has been destroyed");
  const width = Math.round(bounds.width * scaleFactor);
  const height = Math.round(bounds.height * scaleFactor);
  const bitmap = Buffer.alloc(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [red, green, blue] = colour(x / scaleFactor, y / scaleFactor);
      bitmap.set([blue, green, red, 255], (y * width + x) * 4);
    }
  return {
    isEmpty: () => false,
    getScaleFactors: () => [scaleFactor],
    getSize: () => ({ width: bounds.width, height: bounds.height }),
    toBitmap: () => bitmap,
  };
}
