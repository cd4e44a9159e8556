import type { Rectangle } from "../geometry.js";

/** A picture of a page, as Electron has it. */
export interface NativeImage {
  isEmpty(): boolean;
  getScaleFactors(): readonly number[];
  /** In pixels of the representation for this scale factor, divided by it on some systems. */
  getSize(scaleFactor?: number): { readonly width: number; readonly height: number };
  /** Blue, green, red and alpha of each pixel. */
  toBitmap(options?: { readonly scaleFactor?: number }): Buffer;
}

/** A page. */
export interface WebContents {
  readonly id: number;
  isDestroyed(): boolean;
  capturePage(): Promise<NativeImage>;
  send(channel: string, ...values: readonly unknown[]): void;
}

/** A window of the app. */
export interface BrowserWindow {
  readonly id: number;
  readonly webContents: WebContents;
  isDestroyed(): boolean;
  isVisible(): boolean;
  isMinimized(): boolean;
  isFocused(): boolean;
  getTitle(): string;
  /** Without title bar, in the desktop's points. */
  getContentBounds(): Rectangle;
}

/** A process that Electron starts, with Node in it. */
export interface UtilityProcess {
  readonly stderr: { on(event: "data", hear: (chunk: Buffer) => void): unknown } | null;
  postMessage(message: unknown): void;
  kill(): boolean;
  on(event: "message", hear: (message: unknown) => void): unknown;
  once(event: "exit", hear: (code: number) => void): unknown;
}

/** What is used of Electron's main process, version 28 or newer. */
export interface ElectronApi {
  readonly app: {
    whenReady(): Promise<unknown>;
    getName(): string;
    getPath(name: "userData"): string;
  };
  readonly BrowserWindow: { getAllWindows(): readonly BrowserWindow[] };
  readonly ipcMain: {
    on(channel: string, hear: (event: { returnValue: unknown }) => void): unknown;
  };
  readonly screen: { getDisplayMatching(bounds: Rectangle): { readonly scaleFactor: number } };
  readonly utilityProcess: {
    fork(
      module: string,
      words: readonly string[],
      options: {
        readonly env: NodeJS.ProcessEnv;
        readonly execArgv: readonly string[];
        readonly stdio: readonly string[];
        readonly serviceName: string;
      },
    ): UtilityProcess;
  };
  readonly webContents: { getAllWebContents(): readonly WebContents[] };
}

/** What a preload has of the main process. */
export interface RendererIpc {
  sendSync(channel: string): unknown;
  on(channel: string, hear: (event: unknown, value: unknown) => void): unknown;
}
