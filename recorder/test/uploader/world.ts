import {
  type CloseReason,
  createSessionId,
  decodeFrame,
  decodeUpload,
  type Frame,
  type SessionId,
  type WindowId,
  type WriterId,
} from "../../src/protocol/index.js";
import {
  createUploader,
  type Draft,
  type EndReason,
  type Fetch,
  type Session,
  type Uploader,
  type UploaderOptions,
} from "../../src/uploader/index.js";

/** What happens to one request: it is answered; it never arrives; it arrives and its answer is lost; or it is refused. */
export type Fate =
  | "answer"
  | "lost request"
  | "lost answer"
  | { readonly status: number; readonly retryAfter?: string };

/** A frame as the model of the collector keeps it. */
export interface Kept extends Frame {
  readonly session: SessionId;
  /** What the draft said it is. */
  readonly label: string;
}

/** A clock, a collector and one window's SDK, all in one process and under the test's command. */
export interface World {
  readonly uploader: Uploader;
  readonly kept: Kept[];
  readonly requests: {
    readonly path: string;
    readonly numbers: readonly number[];
    readonly keepalive: boolean;
  }[];
  readonly opened: { readonly after: string | undefined; readonly sessionId: SessionId }[];
  readonly ended: EndReason[];
  readonly closed: Map<SessionId, CloseReason | "missing" | "expired">;
  /** Chooses what happens to the next request. */
  fate: (path: string) => Fate;
  /** A status for uploads that hold what the collector will never take. */
  refuse: (frames: readonly Frame[]) => number | undefined;
  /** How long the next request takes, ms. */
  travelMs: () => number;
  /** What the SDK answers when a session ended. */
  goOn: boolean;
  /** Times the uploader asked for a checkout. */
  asked: number;
  /** Answer such questions with a checkout of this many body bytes; 0: do not. */
  checkoutBytes: number;
  beats: boolean;
  acks: { watched?: boolean; checkout?: readonly string[]; token?: string };
  /** Takes one frame with so many bytes in it; returns its label. */
  push(options?: {
    readonly checkout?: boolean;
    readonly bytes?: number;
    readonly facts?: Draft["facts"];
    readonly rawBytes?: number;
  }): string;
  /** What any page pushed. */
  readonly pushed: { label: string; checkout: boolean }[];
  close(): Draft;
  /** The page is gone: what it asked still reaches the collector, but nothing comes back. */
  gone: boolean;
  /** Its process was killed: it does nothing any more. */
  killed: boolean;
  onOpened: () => void;
  /** Lets time pass. */
  run(ms: number): Promise<void>;
  now(): number;
  session(): Session | undefined;
  /** Another page of the same visit, at the same collector and with the same luck. */
  next(made?: Made): World;
  /** What its uploader was made of. */
  readonly options: UploaderOptions;
}

export const WINDOW = "window-one" as WindowId;
const START_MS = 1_790_000_000_000;

interface Shared {
  nowMs: number;
  timers: { readonly atMs: number; readonly work: () => unknown; readonly id: number }[];
  ids: number;
  session: Session | undefined;
  readonly last: Map<string, number>;
  readonly kept: Kept[];
  readonly opened: World["opened"];
  readonly closed: World["closed"];
  readonly requests: World["requests"];
  readonly pushed: { label: string; checkout: boolean }[];
}

/** How an uploader is made. */
export interface Made {
  readonly uploader: (options: UploaderOptions) => Uploader;
  /** Resolves when nothing is under way that no timer of the world's is for. */
  readonly idle: () => Promise<void>;
}

const PLAIN: Made = {
  uploader: createUploader,
  idle: () => new Promise((resolve) => setImmediate(resolve)),
};

/** What the collector has, in its order: a page's frame by its label, any other by its kind. */
export const labelsOf = ({ kept }: World): readonly string[] =>
  kept.map(({ kind, label }) => (kind === "dom" ? label : kind));

/** Makes one. */
export function createWorld(options: Partial<UploaderOptions> = {}, made = PLAIN): World {
  return join(
    {
      nowMs: START_MS,
      timers: [],
      ids: 0,
      session: undefined,
      last: new Map(),
      kept: [],
      opened: [],
      closed: new Map(),
      requests: [],
      pushed: [],
    },
    options,
    made,
  );
}

function join(shared: Shared, options: Partial<UploaderOptions>, made: Made): World {
  const later = (work: () => unknown, ms: number): number => {
    shared.ids += 1;
    shared.timers.push({ atMs: shared.nowMs + Math.max(ms, 0), work, id: shared.ids });
    return shared.ids;
  };
  const draft = (label: string, kind: Draft["kind"], bytes: number, checkout: boolean): Draft => {
    const body = new TextEncoder().encode(label.padEnd(bytes, "."));
    return {
      window: WINDOW,
      kind,
      firstMs: shared.nowMs,
      lastMs: shared.nowMs,
      inputMs: undefined,
      checkout,
      codec: "json",
      keyId: undefined,
      events: kind === "dom" ? 1 : 0,
      rawBytes: kind === "dom" ? body.length : 0,
      facts: [],
      body: kind === "dom" ? body : new Uint8Array(),
    };
  };

  const fetch: Fetch = (url, init) =>
    new Promise((resolve, reject) => {
      const path = url.replace("http://collector/v1/sessions", "");
      const fate = world.fate(path);
      const answer = (): void => {
        if (fate === "lost request") {
          reject(new TypeError("network"));
          return;
        }
        const { status, json, retryAfter } =
          typeof fate === "object" ? { json: {}, ...fate } : handle(shared, path, init, world);
        if (world.gone) return;
        if (fate === "lost answer") reject(new TypeError("network"));
        resolve({
          status,
          headers: { get: (name) => (name === "retry-after" ? (retryAfter ?? null) : null) },
          json: () => Promise.resolve(json),
        });
      };
      later(answer, world.travelMs());
    });

  const world: World = {
    kept: shared.kept,
    requests: shared.requests,
    opened: shared.opened,
    closed: shared.closed,
    ended: [],
    fate: () => "answer",
    refuse: () => undefined,
    travelMs: () => 10,
    goOn: true,
    asked: 0,
    checkoutBytes: 0,
    beats: false,
    acks: {},
    pushed: shared.pushed,
    gone: false,
    killed: false,
    onOpened: () => {},
    push: ({ checkout = false, bytes = 100, facts = [], rawBytes } = {}) => {
      shared.ids += 1;
      const label = `#${shared.ids}`;
      world.pushed.push({ label, checkout });
      const made = draft(label, "dom", bytes, checkout);
      world.uploader.push({ ...made, facts, rawBytes: rawBytes ?? made.rawBytes });
      return label;
    },
    close: () => draft("", "close", 0, false),
    run: async (ms) => {
      const endMs = shared.nowMs + ms;
      for (;;) {
        await made.idle();
        const next = [...shared.timers].sort((a, b) => a.atMs - b.atMs || a.id - b.id)[0];
        if (!next || next.atMs > endMs) break;
        shared.timers.splice(shared.timers.indexOf(next), 1);
        shared.nowMs = Math.max(shared.nowMs, next.atMs);
        next.work();
      }
      shared.nowMs = endMs;
    },
    now: () => shared.nowMs,
    session: () => shared.session,
    next: (as = made) => {
      const { fate, refuse, travelMs, checkoutBytes } = world;
      return Object.assign(join(shared, options, as), { fate, refuse, travelMs, checkoutBytes });
    },
    uploader: undefined as unknown as Uploader,
    options: undefined as unknown as UploaderOptions,
  };

  const all: UploaderOptions = {
    apiHost: "http://collector",
    projectKey: "pk_test",
    describe: () => ({ sdk: "test" }),
    fetch,
    clock: () => shared.nowMs,
    chance: () => 0.5,
    setTimer: (work, ms) => later(() => world.killed || work(), ms),
    clearTimer: (id) => {
      shared.timers = shared.timers.filter((timer) => timer.id !== id);
    },
    createWriter: () => {
      shared.ids += 1;
      return `writer-${shared.ids}` as WriterId;
    },
    loadSession: () => shared.session,
    saveSession: (session) => {
      shared.session = session;
    },
    exclusive: (work) => work(),
    maxQueueBytes: 1_000_000,
    beat: () => (world.beats ? draft("", "beat", 0, false) : undefined),
    askCheckout: () => {
      world.asked += 1;
      if (world.checkoutBytes > 0 && world.asked < 1000) {
        later(
          () =>
            !world.killed &&
            world.checkoutBytes > 0 &&
            world.push({ checkout: true, bytes: world.checkoutBytes }),
          20,
        );
      }
    },
    onAck: () => {},
    onOpen: () => world.onOpened(),
    onEnd: (reason) => {
      world.ended.push(reason);
      return world.goOn;
    },
    ...options,
  };
  return Object.assign(world, { uploader: made.uploader(all), options: all });
}

interface Handled {
  readonly status: number;
  readonly json: unknown;
  readonly retryAfter?: string;
}

function handle(shared: Shared, path: string, init: Parameters<Fetch>[1], world: World): Handled {
  if (path === "") {
    const { after } = JSON.parse(init.body as string) as { after?: string };
    const random = Uint8Array.from({ length: 10 }, (_, index) => (shared.opened.length + 1) * (index + 7));
    const sessionId = createSessionId(shared.nowMs, random);
    shared.opened.push({ after, sessionId });
    return {
      status: 201,
      json: { sessionId, token: `token ${sessionId}`, url: `http://watch/${sessionId}` },
    };
  }
  const [, id = "", verb] = path.split("/");
  const sessionId = id as SessionId;
  const frames = decodeUpload(init.body as Uint8Array).frames.map(decodeFrame);
  shared.requests.push({
    path,
    numbers: frames.map(({ number }) => number),
    keepalive: init.keepalive ?? false,
  });
  const refused = world.refuse(frames);
  if (refused) return refusal(refused, "invalid");
  const why = shared.closed.get(sessionId);
  if (why === "missing") return refusal(404, "not_found");
  if (why === "expired") return refusal(401, "unauthorized");
  if (why) return refusal(410, "session_closed", { reason: why });
  const key = `${sessionId} ${frames[0]?.writer}`;
  let acked = shared.last.get(key) ?? -1;
  if ((frames[0]?.number ?? 0) > acked + 1) return refusal(409, "gap", { expected: acked + 1 });
  for (const frame of frames) {
    if (frame.number <= acked) continue;
    acked = frame.number;
    const label = new TextDecoder().decode(frame.body).replace(/\.+$/, "");
    shared.kept.push({ ...frame, session: sessionId, label });
  }
  shared.last.set(key, acked);
  if (verb === "stop") {
    shared.closed.set(sessionId, "stopped");
    return { status: 200, json: { closed: true, acked } };
  }
  return { status: 200, json: { acked, watched: false, checkout: [], ...world.acks } };
}

const refusal = (status: number, code: string, more: object = {}): Handled => ({
  status,
  json: { error: { code, message: code, ...more } },
});
