import type { InputReport } from "./messages.js";

/** The process that started this one. */
export interface Parent<Command> {
  onCommand(hear: (command: Command) => void): void;
  /** Told when it is gone, however it ended. */
  onGone(hear: () => void): void;
  readonly send: (report: InputReport) => void;
  /** Ends this process once what was sent has left it. */
  readonly exit: (code: number) => void;
}

/** What Electron gives a `utilityProcess` in place of a channel. */
interface ElectronPort {
  on(event: "message", hear: (event: { readonly data: unknown }) => void): void;
  on(event: "close", hear: () => void): void;
  postMessage(message: unknown): void;
}

const electronPort = (): ElectronPort | undefined =>
  (process as { readonly parentPort?: ElectronPort }).parentPort;

/** Milliseconds that what was sent last has to leave the process. */
const LAST_WORDS_MS = 1_000;

/** The parent by the channel of `child_process.fork`, or by Electron's port. */
export function openParent<Command>(): Parent<Command> {
  const port = electronPort();
  if (port !== undefined)
    return {
      onCommand: (hear) => port.on("message", ({ data }) => hear(data as Command)),
      onGone: (hear) => port.on("close", hear),
      send: (report) => port.postMessage(report),
      exit: (code) => process.exit(code),
    };
  let unsent = 0;
  let left: (() => void) | undefined;
  return {
    onCommand: (hear) => process.on("message", (message) => hear(message as Command)),
    onGone: (hear) => {
      process.once("disconnect", hear);
      // It may be gone already, or never have been there.
      if (!process.connected) setImmediate(hear);
    },
    send: (report) => {
      if (!process.connected || process.send === undefined) return;
      unsent++;
      // A channel that closes in between: `disconnect` tells of it.
      process.send(report, undefined, undefined, () => {
        unsent--;
        if (unsent === 0) left?.();
      });
    },
    exit: (code) => {
      const end = () => process.exit(code);
      if (unsent === 0) return end();
      left = end;
      setTimeout(end, LAST_WORDS_MS);
    },
  };
}
