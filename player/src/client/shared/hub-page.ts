import { MAX_UNTAKEN_BYTES } from "../limits.js";
import type { LiveStatus } from "../live-connection.js";
import type { ClientClock } from "../runtime.js";
import { type Carried, type Carriers, worstStatus } from "./carriers.js";
import { bytesOf, type FromWorker, type ToWorker } from "./messages.js";

/** One page as the hub serves it. */
export class HubPage {
  readonly #port: MessagePort;
  readonly #carriers: Carriers;
  readonly #clock: ClientClock;
  readonly #ended: () => void;
  readonly #carried = new Map<number, Carried>();
  #told: LiveStatus | undefined;
  #upTo = 0;
  #untakenBytes = 0;
  #isEnded = false;

  /** @param ended called once, when the page is served no more */
  constructor(port: MessagePort, carriers: Carriers, clock: ClientClock, ended: () => void) {
    this.#port = port;
    this.#carriers = carriers;
    this.#clock = clock;
    this.#ended = ended;
    port.onmessage = ({ data }) => this.#take(data as ToWorker);
  }

  /**
   * Tells the page how its connection is. That an open connection is opened anew because another page asks for more
   * is nothing to tell: no frame is lost over it.
   */
  tellStatus(): void {
    const status = this.#status();
    if (status === this.#told || this.#carried.size === 0) return;
    if (status.state === "connecting" && this.#told?.state === "open") return;
    this.#tell(status);
  }

  /** Serves the page no more. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#port.onmessage = null;
    for (const { end } of this.#carried.values()) end();
    this.#carried.clear();
    this.#port.close();
    this.#ended();
  }

  #take(message: ToWorker): void {
    switch (message.type) {
      case "hello":
        break;
      case "watch":
      case "list":
        this.#ask(message);
        break;
      case "end": {
        const carried = this.#carried.get(message.id);
        this.#carried.delete(message.id);
        carried?.end();
        this.tellStatus();
        break;
      }
      case "took":
        this.#untakenBytes -= message.bytes;
        break;
      case "retry":
        this.#carriers.retry();
        break;
      case "bye":
        this.end();
        break;
    }
  }

  #ask(message: ToWorker & { readonly type: "watch" | "list" }): void {
    const { id } = message;
    const carried =
      message.type === "list"
        ? this.#carriers.list(message.project, (changed, removed) =>
            this.#post({ type: "list", id, changed, removed }),
          )
        : this.#carriers.watch(message.session, message.from, {
            frames: (frames) => {
              this.#untakenBytes += bytesOf(frames);
              this.#post({ type: "frames", id, frames });
              if (this.#untakenBytes > MAX_UNTAKEN_BYTES) this.#drop();
            },
            caughtUp: (tail) => this.#post({ type: "caught-up", id, tail }),
            session: (session) => this.#post({ type: "session", id, session }),
            refused: (code) => this.#post({ type: "refused", id, code }),
          });
    this.#carried.set(id, carried);
    this.#upTo = id;
    this.#tell(this.#status());
  }

  #status(): LiveStatus {
    return worstStatus([...this.#carried.values()].map(({ live }) => live.status.value));
  }

  #tell(status: LiveStatus): void {
    this.#told = status;
    this.#post({ type: "status", status, upTo: this.#upTo, nowMs: this.#clock.now() });
  }

  #drop(): void {
    this.#post({ type: "dropped" });
    this.end();
  }

  #post(message: FromWorker): void {
    if (!this.#isEnded) this.#port.postMessage(message);
  }
}
