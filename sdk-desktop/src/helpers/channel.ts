import { LAST_WORDS_MS } from "../limits.js";

/** The way from a helper process to the one that started it. */
export interface Channel<Report> {
  /** Tells it something; nothing happens when it is gone. */
  readonly report: (report: Report) => void;
  /** Resolves once everything that was reported is on its way, a second later at the most. */
  readonly flushed: () => Promise<void>;
}

/** What is told of what comes in. */
export interface ChannelListener<Command> {
  readonly onCommand: (command: Command) => void;
  /** The other process is gone, or wants no more of this one. */
  readonly onClose: () => void;
}

/** The port that Electron gives a process it started; not in the types of Node. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(name: "message", listener: (event: { readonly data: unknown }) => void): void;
  on(name: "close", listener: () => void): void;
}

/**
 * Opens the way to whoever started this process, with Node's `fork` or as Electron's utility process. `undefined`: nobody
 * did. Commands are taken as they are: they come from the package's own code.
 */
export function openChannel<Command, Report>({
  onCommand,
  onClose,
}: ChannelListener<Command>): Channel<Report> | undefined {
  const port = (process as { readonly parentPort?: ParentPort }).parentPort;
  if (port !== undefined) {
    port.on("message", ({ data }) => onCommand(data as Command));
    port.on("close", onClose);
    return { report: (report) => port.postMessage(report), flushed: () => Promise.resolve() };
  }
  if (process.send === undefined) return undefined;
  process.on("message", (command) => onCommand(command as Command));
  process.once("disconnect", onClose);
  // It may have gone while this process was loading.
  if (!process.connected) setImmediate(onClose);
  let unsent = 0;
  let onFlushed = (): void => {};
  return {
    report: (report) => {
      if (!process.connected) return;
      unsent++;
      // A channel that closes in between: `disconnect` tells of it.
      process.send?.(report, undefined, undefined, () => {
        unsent--;
        if (unsent === 0) onFlushed();
      });
    },
    flushed: () =>
      new Promise((resolve) => {
        if (unsent === 0 || !process.connected) return resolve();
        onFlushed = resolve;
        setTimeout(resolve, LAST_WORDS_MS);
      }),
  };
}
