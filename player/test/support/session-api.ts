import type { ProjectId, SessionId } from "@reeltime/recorder/protocol";
import { type Api, ApiError, type LiveConnection, type LiveStatus } from "../../src/client/index.js";
import { LiveWatches } from "../../src/client/live-watches.js";
import { createSubject } from "../../src/client/observable.js";
import type { RecordedSession } from "./recorded-session.js";

/** The API over a session in memory. `hold` makes frames wait; `fail` makes them fail. */
export class SessionApi implements Pick<Api, "frames" | "session"> {
  readonly #session: RecordedSession;
  fail: ApiError | undefined;
  hold: Promise<void> | undefined;
  /** Requests for frames that were given up. */
  aborted = 0;
  /** What was asked for, in order. */
  readonly asked: string[] = [];

  constructor(session: RecordedSession) {
    this.#session = session;
  }

  frames: Api["frames"] = async (_id, from, { signal } = {}) => {
    this.asked.push("frames");
    let pending = true;
    const given = new Promise<never>((_, reject) => {
      signal?.addEventListener("abort", () => {
        if (pending) this.aborted += 1;
        reject(new ApiError("aborted", "given up"));
      });
    });
    given.catch(() => {});
    if (this.hold !== undefined) await Promise.race([this.hold, given]);
    await Promise.resolve();
    pending = false;
    if (this.fail !== undefined) throw this.fail;
    return this.#session.page(from);
  };

  session: Api["session"] = async () => {
    this.asked.push("session");
    if (this.fail !== undefined) throw this.fail;
    return this.#session.detail();
  };

  /** As the store wants it. */
  get api(): Api {
    return this as unknown as Api;
  }
}

/** The live connection over a session in memory: what is appended is given at once, unless it is cut. */
export class SessionLive implements LiveConnection {
  readonly #session: RecordedSession;
  readonly status = createSubject<LiveStatus>({ state: "idle" });
  readonly #watches = new LiveWatches();
  #next = 0;

  constructor(session: RecordedSession) {
    this.#session = session;
    session.listen(
      () => this.#give(),
      () => {
        if (this.status.value.state !== "open") return;
        this.#give();
        this.#watches.give(
          { type: "session", session: session.item(session.stored.at(-1)?.timestampMs) },
          undefined,
        );
      },
    );
  }

  watch: LiveConnection["watch"] = (id, from, handlers) => {
    const remove = this.#watches.watch(id, from, handlers);
    this.#next = from ?? this.#session.tail;
    this.connect();
    return remove;
  };

  /** The connection breaks: nothing comes until it is back. */
  cut(): void {
    this.status.set({ state: "waiting", retryAtMs: 0, attempt: 1 });
  }

  /** The connection is back: what came meanwhile is given. */
  connect(): void {
    this.status.set({ state: "open" });
    this.#give();
    this.#watches.give({ type: "caught-up", session: this.#session.id, tail: this.#session.tail }, undefined);
  }

  list(_project: ProjectId): () => void {
    return () => {};
  }
  retry(): void {}
  close(): void {}

  #give(): void {
    const { state } = this.status.value;
    if (state !== "open") return;
    const frames = this.#session.stored.filter(({ seqNum }) => seqNum >= this.#next);
    this.#next = Math.max(this.#next, this.#session.tail);
    if (frames.length > 0)
      this.#watches.give({ type: "frames", session: this.#session.id as SessionId, frames }, undefined);
  }
}
