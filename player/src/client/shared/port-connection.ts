import type { ProjectId, SessionId } from "@reeltime/recorder/protocol";
import type { LiveConnection, LiveStatus } from "../live-connection.js";
import type { ListHandler, WatchHandlers } from "../live-watches.js";
import { createSubject, type Observable } from "../observable.js";
import type { ClientClock } from "../runtime.js";
import { bytesOf, type FromWorker, type ToWorker } from "./messages.js";

const IDLE: LiveStatus = { state: "idle" };
const CONNECTING: LiveStatus = { state: "connecting" };

/** The page's end of a port to the worker: a {@link LiveConnection} whose server is the worker. */
export class PortConnection implements LiveConnection {
  readonly #port: MessagePort;
  readonly #clock: ClientClock;
  readonly #status = createSubject<LiveStatus>(IDLE);
  readonly #watches = new Map<number, WatchHandlers>();
  readonly #lists = new Map<number, ListHandler>();
  #lastId = 0;

  constructor(port: MessagePort, clock: ClientClock) {
    this.#port = port;
    this.#clock = clock;
  }

  get status(): Observable<LiveStatus> {
    return this.#status;
  }

  watch(session: SessionId, from: number | undefined, handlers: WatchHandlers): () => void {
    return this.#ask(this.#watches, handlers, (id) => ({ type: "watch", id, session, from }));
  }

  list(project: ProjectId, handler: ListHandler): () => void {
    return this.#ask(this.#lists, handler, (id) => ({ type: "list", id, project }));
  }

  retry(): void {
    this.#post({ type: "retry" });
  }

  close(): void {
    this.#watches.clear();
    this.#lists.clear();
    this.#status.set(IDLE);
    this.#post({ type: "bye" });
    this.#port.close();
  }

  /** Takes what the worker says. */
  take(message: FromWorker): void {
    switch (message.type) {
      case "welcome":
      case "dropped":
        break;
      case "status":
        this.#takeStatus(message);
        break;
      case "frames":
        this.#post({ type: "took", bytes: bytesOf(message.frames) });
        this.#watches.get(message.id)?.frames?.(message.frames);
        break;
      case "caught-up":
        this.#watches.get(message.id)?.caughtUp?.(message.tail);
        break;
      case "session":
        this.#watches.get(message.id)?.session?.(message.session);
        break;
      case "refused":
        this.#watches.get(message.id)?.refused?.(message.code);
        break;
      case "list":
        this.#lists.get(message.id)?.(message.changed, message.removed);
        break;
    }
  }

  #takeStatus({ status, upTo, nowMs }: FromWorker & { readonly type: "status" }): void {
    // Said before the worker had read what this page asked last.
    if (upTo !== this.#lastId || this.#isEmpty()) return;
    // Each has a clock of its own, counting from its own start.
    const aheadMs = this.#clock.now() - nowMs;
    this.#status.set(
      status.state === "waiting" ? { ...status, retryAtMs: status.retryAtMs + aheadMs } : status,
    );
  }

  #ask<Handler>(
    handlers: Map<number, Handler>,
    handler: Handler,
    message: (id: number) => ToWorker,
  ): () => void {
    this.#lastId += 1;
    const id = this.#lastId;
    handlers.set(id, handler);
    this.#status.set(CONNECTING);
    this.#post(message(id));
    return () => {
      if (!handlers.delete(id)) return;
      this.#post({ type: "end", id });
      if (this.#isEmpty()) this.#status.set(IDLE);
    };
  }

  #isEmpty(): boolean {
    return this.#watches.size === 0 && this.#lists.size === 0;
  }

  #post(message: ToWorker): void {
    this.#port.postMessage(message);
  }
}
