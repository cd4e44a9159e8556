import type { StoredFrame } from "@reeltime/recorder/protocol";
import { onTestFinished } from "vitest";
import { createLiveConnection, type LiveConnection } from "../../../src/client/index.js";
import { HANDSHAKE_MS } from "../../../src/client/limits.js";
import { LiveHub } from "../../../src/client/shared/hub.js";
import type { PageLife } from "../../../src/client/shared/page-life.js";
import { createPresence, type Locks } from "../../../src/client/shared/presence.js";
import {
  createSharedLiveConnection,
  type SharedLiveConnectionOptions,
} from "../../../src/client/shared/shared-connection.js";
import { serve } from "../../support/live-sessions.js";
import type { RecordedSession } from "../../support/recorded-session.js";
import type { SessionServer, SessionServerOptions } from "../../support/session-server.js";
import { hasty, testSignals } from "../../support/test-page.js";

/** Locks of one browser; each page or worker has its own view of them. */
export class TestLocks {
  readonly #queues = new Map<string, (() => void)[]>();

  /** The locks as one page or worker sees them; `die` lets all it holds go, as a crash does. */
  client(): Locks & { die(): void } {
    const held: (() => void)[] = [];
    return {
      request: (name, { signal }, callback) =>
        new Promise((resolve, reject) => {
          const release = (): void => {
            const queue = this.#queues.get(name) ?? [];
            queue.shift();
            queue[0]?.();
          };
          const grant = (): void => {
            held.push(release);
            void Promise.resolve(callback()).then(resolve);
          };
          const queue = this.#queues.get(name) ?? [];
          this.#queues.set(name, queue);
          queue.push(grant);
          signal?.addEventListener("abort", () => {
            const index = queue.indexOf(grant);
            if (index > 0) queue.splice(index, 1);
            reject(new Error("aborted"));
          });
          if (queue.length === 1) grant();
        }),
      die: () => {
        for (const release of held.splice(0)) release();
      },
    };
  }
}

/** That clock for a page, which waits for its worker as long as it takes. */
export const patient = {
  now: hasty.now,
  timeout: (callback: () => void, delayMs: number) =>
    delayMs === HANDSHAKE_MS ? () => {} : hasty.timeout(callback, delayMs),
};

/** A page that is hidden and offline, put aside and shown again when told. */
export function testPage() {
  const signals = testSignals();
  const lives = new Set<{ frozen(): void; thawed(): void }>();
  const life: PageLife = {
    listen: (handlers) => {
      lives.add(handlers);
      return () => lives.delete(handlers);
    },
  };
  return {
    signals,
    life,
    set: signals.set,
    freeze: () => {
      for (const { frozen } of [...lives]) frozen();
    },
    thaw: () => {
      for (const { thawed } of [...lives]) thawed();
    },
  };
}

/** A tab's connection and what a test does to the tab. */
export interface Tab {
  readonly live: LiveConnection;
  readonly page: ReturnType<typeof testPage>;
  /** The tab is gone without a word. */
  die(): void;
}

/** A browser: a worker, and tabs that share it. */
export class TestBrowser {
  readonly #locks = new TestLocks();
  readonly #baseUrl: string;
  readonly #ends: (() => void)[] = [];
  /** Workers started, the living one last. */
  readonly workers: { readonly hub: LiveHub; die(): void }[] = [];

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  /** The worker that tabs find now. */
  get hub(): LiveHub {
    return (this.workers.at(-1) ?? this.#startWorker()).hub;
  }

  /** The worker dies: its locks are free, and there is another for tabs that ask. */
  killWorker(): void {
    const worker = this.workers.at(-1);
    this.#startWorker();
    worker?.die();
  }

  /** Opens a tab. */
  tab(options: Partial<SharedLiveConnectionOptions> = {}): Tab {
    const locks = this.#locks.client();
    const page = testPage();
    let dead = false;
    const live = createSharedLiveConnection({
      baseUrl: this.#baseUrl,
      clock: patient,
      random: () => 0,
      presence: createPresence(locks),
      page: page.signals,
      life: page.life,
      // What is left of a dead tab in the test finds nobody.
      worker: () => ({
        port: dead ? new MessageChannel().port1 : this.connect(),
        addEventListener: () => {},
      }),
      ...options,
    });
    this.#ends.push(() => live.close());
    const die = (): void => {
      dead = true;
      locks.die();
    };
    return { live, page, die };
  }

  /** A port to the worker. */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.hub.attach(port1);
    this.#ends.push(
      () => port1.close(),
      () => port2.close(),
    );
    return port2;
  }

  close(): void {
    for (const end of this.#ends.splice(0)) end();
    for (const { hub } of this.workers) hub.close();
  }

  #startWorker(): { readonly hub: LiveHub; die(): void } {
    const locks = this.#locks.client();
    const hub = new LiveHub({
      connect: () => createLiveConnection({ baseUrl: this.#baseUrl, clock: hasty, random: () => 0 }),
      presence: createPresence(locks),
      clock: hasty,
    });
    const worker = { hub, die: () => locks.die() };
    this.workers.push(worker);
    return worker;
  }
}

/** A server and a browser of tabs that watch it, gone when the test is over. */
export async function begin(
  options: SessionServerOptions,
): Promise<{ readonly server: SessionServer; readonly browser: TestBrowser }> {
  const server = await serve(options);
  const browser = new TestBrowser(server.url);
  onTestFinished(() => browser.close());
  return { server, browser };
}

/** Watches and keeps what comes. */
export function watch(tab: Tab, recorded: RecordedSession, from: number | "tail" = 0) {
  const got = {
    frames: [] as StoredFrame[],
    caughtUp: [] as number[],
    refused: [] as string[],
    end: () => {},
  };
  got.end = tab.live.watch(recorded.id, from === "tail" ? undefined : from, {
    frames: (frames) => got.frames.push(...frames),
    caughtUp: (tail) => got.caughtUp.push(tail),
    refused: (code) => got.refused.push(code),
  });
  return got;
}
