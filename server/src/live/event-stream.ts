import type { LiveEvent } from "@reeltime/recorder/protocol";
import type { Clock } from "../clock.js";
import type { Request, Response } from "../http/express.js";
import { RETRY_MS } from "./limits.js";

/** The headers of an event stream: nothing between here and the viewer keeps, changes or holds back what is sent. */
export const EVENT_STREAM_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
} as const;

/** What an event stream needs. */
export interface EventStreamOptions {
  readonly heartbeatMs: number;
  readonly stalledMs: number;
  readonly clock: Clock;
  /** The socket takes more again. */
  readonly onDrain: () => void;
  /** The viewer went away, or was sent away. */
  readonly onClose: () => void;
}

/**
 * One response of Server-Sent Events. Whoever writes looks at `writable` first: what the socket does not take is
 * not written, so never more than one event waits in memory.
 */
export class EventStream {
  readonly #response: Response;
  readonly #options: EventStreamOptions;
  readonly #timer: NodeJS.Timeout;
  #fullSinceMs: number | undefined;
  #closed = false;

  constructor(request: Request, response: Response, options: EventStreamOptions) {
    this.#response = response;
    this.#options = options;
    request.socket.setNoDelay(true);
    request.socket.setTimeout(0);
    response.writeHead(200, EVENT_STREAM_HEADERS);
    response.flushHeaders();
    response.on("drain", () => {
      this.#fullSinceMs = undefined;
      if (!this.#closed) options.onDrain();
    });
    response.on("close", () => this.#close());
    // A write to a viewer that went away; `close` follows and is what counts.
    response.on("error", () => undefined);
    this.#timer = setInterval(() => this.#beat(), Math.min(options.heartbeatMs, options.stalledMs));
    this.#send([`retry: ${RETRY_MS}\n\n`]);
  }

  /** Whether an event may be written now. */
  get writable(): boolean {
    return !this.#closed && this.#fullSinceMs === undefined;
  }

  /** Writes one event. The id is left out when it is empty: an empty one would make the viewer forget its own. */
  write(type: LiveEvent["type"], data: readonly (string | Buffer)[], id: string): void {
    if (this.#closed) return;
    this.#send([`event: ${type}\n${id === "" ? "" : `id: ${id}\n`}data: `, ...data, "\n\n"]);
  }

  /** Ends the response. */
  end(): void {
    if (this.#closed) return;
    this.#close();
    this.#response.end();
  }

  #send(pieces: readonly (string | Buffer)[]): void {
    const response = this.#response;
    response.cork();
    for (const piece of pieces) response.write(piece, "utf8");
    response.uncork();
    if (response.writableNeedDrain) this.#fullSinceMs ??= this.#options.clock();
  }

  #beat(): void {
    if (this.#fullSinceMs === undefined) {
      this.#send([": beat\n\n"]);
    } else if (this.#options.clock() - this.#fullSinceMs >= this.#options.stalledMs) {
      this.#close();
      this.#response.destroy();
    }
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#options.onClose();
  }
}
