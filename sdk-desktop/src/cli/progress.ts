import type { RecorderStatus } from "../types.js";

/** Milliseconds between two states of the line that rewrites itself. */
export const REWRITE_EVERY_MS = 500;
/** Milliseconds between two lines where none can be rewritten: in a file, or another program. */
export const LINE_EVERY_MS = 5_000;

/** Bytes that wait to be sent, from which on that is worth a word: some seconds of pictures. */
const WAITING_BYTES = 1_000_000;

/** How a recording is doing, in a line: `1:23  5.0 fps  38 KB/s  0 dropped`. */
export function describeProgress(elapsedMs: number, status: RecorderStatus): string {
  const seconds = Math.floor(elapsedMs / 1_000);
  const clock =
    seconds < 3_600
      ? `${Math.floor(seconds / 60)}:${two(seconds % 60)}`
      : `${Math.floor(seconds / 3_600)}:${two(Math.floor((seconds % 3_600) / 60))}:${two(seconds % 60)}`;
  return [
    clock,
    `${status.fps.toFixed(1)} fps`,
    `${Math.round(status.bytesPerSecond / 1_000)} KB/s`,
    `${status.lost} dropped`,
    ...(status.skipped > 0 ? [`${status.skipped} skipped`] : []),
    // A session is opened for the first thing that is recorded, not before.
    ...(status.sessionId === undefined ? [status.framesSent > 0 ? "not connected" : "nothing yet"] : []),
    // What is on its way waits there as well, for a moment.
    ...((status.sessionId === undefined && status.framesSent > 0) || status.spooledBytes > WAITING_BYTES
      ? [`${Math.ceil(status.spooledBytes / 1_000)} KB wait`]
      : []),
    ...(status.watched ? ["watched"] : []),
  ].join("  ");
}

const two = (count: number): string => String(count).padStart(2, "0");

/** Where progress is written. */
export interface ProgressOutput {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Of the terminal. */
  readonly columns: number;
}

/** A line that says how it is going: it rewrites itself on a terminal, and is a line now and then elsewhere. */
export class ProgressLine {
  readonly #output: ProgressOutput;
  #saidMs = Number.NEGATIVE_INFINITY;
  #isOpen = false;

  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  /** Says it, if it is time. */
  show(elapsedMs: number, status: RecorderStatus): void {
    const everyMs = this.#output.isTerminal ? REWRITE_EVERY_MS : LINE_EVERY_MS;
    if (elapsedMs - this.#saidMs < everyMs) return;
    this.#saidMs = elapsedMs;
    const text = describeProgress(elapsedMs, status);
    if (!this.#output.isTerminal) {
      this.#output.write(`${text}\n`);
      return;
    }
    // Longer than the terminal is wide, it would be a new line each time.
    this.#output.write(`\r\u001b[K${text.slice(0, Math.max(10, this.#output.columns - 1))}`);
    this.#isOpen = true;
  }

  /** Makes room for another line. */
  interrupt(): void {
    if (this.#isOpen) this.#output.write("\r\u001b[K");
    this.#isOpen = false;
    this.#saidMs = Number.NEGATIVE_INFINITY;
  }
}
