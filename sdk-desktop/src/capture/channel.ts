import type { CaptureCommand, CaptureReport } from "./messages.js";

/** The way to the process that started this one. */
export interface Channel {
  report(report: CaptureReport): void;
  /** Resolves once everything that was reported is on its way. */
  flushed(): Promise<void>;
}

/** What is told of what comes in. */
export interface ChannelListener {
  readonly onCommand: (command: CaptureCommand) => void;
  /** The other process is gone, or wants no more of this one. */
  readonly onClose: () => void;
}

/** The port that Electron gives a process it started; not in the types of Node. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(name: "message", listener: (event: { readonly data: unknown }) => void): void;
}

/**
 * Opens the way to whoever started this process, with Node's `fork` or as Electron's utility process. `undefined`: nobody
 * did. Commands are taken as they are: they come from the package's own code.
 */
export function openChannel({ onCommand, onClose }: ChannelListener): Channel | undefined {
  const port = (process as { readonly parentPort?: ParentPort }).parentPort;
  if (port !== undefined) {
    port.on("message", ({ data }) => onCommand(data as CaptureCommand));
    // Electron ends the process itself when the port closes.
    return { report: (report) => port.postMessage(report), flushed: () => Promise.resolve() };
  }
  if (process.send === undefined) return undefined;
  process.on("message", (command) => onCommand(command as CaptureCommand));
  process.once("disconnect", onClose);
  let unsent = 0;
  let onFlushed: (() => void) | undefined;
  return {
    report: (report) => {
      if (!process.connected) return;
      unsent++;
      process.send?.(report, undefined, undefined, () => {
        unsent--;
        if (unsent === 0) onFlushed?.();
      });
    },
    flushed: () =>
      new Promise((resolve) => {
        if (unsent === 0 || !process.connected) resolve();
        else onFlushed = resolve;
      }),
  };
}
