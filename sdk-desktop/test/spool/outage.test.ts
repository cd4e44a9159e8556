import {
  decodeFrame,
  decodeFramesPage,
  type SessionDetail,
  type SessionList,
  type WriterId,
} from "@reeltime/recorder/protocol";
import type { Draft, EndReason, Fetch, Uploader } from "@reeltime/recorder/uploader";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer, temporaryS2, until } from "../../../server/test/running.js";
import { openSpool } from "../../src/spool/spool.js";
import type { Spool } from "../../src/spool/types.js";
import { draftOf } from "./drafts.js";
import { diskIdle, kill, newFolder, removeFolders } from "./processes.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ENV = { REELTIME_IDLE_MINUTES: "2", REELTIME_MAX_SESSION_HOURS: "3" };

/** A server that comes and goes on one S2, and what records for it; all by one clock, which the test moves. */
class Story {
  nowMs = 1_790_000_000_000;
  server: TestServer | undefined;
  readonly ended: EndReason[] = [];
  asked = 0;
  #ids = 0;
  #key = "";
  readonly #data = newFolder();
  readonly #s2: { readonly endpoint: string };

  constructor(s2: { readonly endpoint: string }) {
    this.#s2 = s2;
  }

  async up(): Promise<TestServer> {
    this.server = await startTestServer({
      s2: this.#s2,
      data: this.#data,
      env: ENV,
      clock: () => this.nowMs,
      lifeTickMs: 50,
    });
    await this.server.server.ready();
    this.#key ||= this.server.server.projectKey;
    return this.server;
  }

  /** Waits until the newest session has been closed, for its time. */
  async untilClosed(): Promise<void> {
    await until(async () => {
      const answer = await this.server?.read("/v1/sessions");
      const list = (await answer?.json()) as SessionList | undefined;
      return list?.sessions[0]?.status === "closed";
    });
  }

  async down(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    await server?.close();
  }

  readonly parts = {
    describe: () => ({ sdk: "test" }),
    fetch: ((url, init) => {
      if (this.server === undefined) return Promise.reject(new TypeError("network"));
      return fetch(url.replace("http://collector", this.server.url), init as RequestInit);
    }) as Fetch,
    clock: () => this.nowMs,
    chance: () => 0.5,
    // As fast as it may: what is tried is not how long it waits.
    setTimer: (work: () => void, ms: number) => setTimeout(work, ms / 100),
    clearTimer: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
    createWriter: () => `writer-${this.#ids++}` as WriterId,
  };

  spool(folder: string): Promise<Spool> {
    return openSpool({
      folder,
      maxBytes: 32 * 1024 * 1024,
      apiHost: "http://collector",
      projectKey: this.#key,
      clock: () => this.nowMs,
      onTrouble: ({ message }) => {
        throw new Error(message);
      },
      onRecovered: () => {},
    });
  }

  uploader(run: ReturnType<Spool["begin"]>, goOn = true): Uploader {
    return run.createUploader({
      ...this.parts,
      beat: () => undefined,
      askCheckout: () => {
        this.asked += 1;
      },
      onAck: () => {},
      onOpen: () => {},
      onEnd: (reason) => {
        this.ended.push(reason);
        return goOn;
      },
    });
  }

  draft(window: string, label: string, more: Partial<Draft> = {}): Draft {
    return draftOf(window, this.nowMs, { label }, { inputMs: this.nowMs, ...more });
  }

  /** Sessions, the oldest first, each with its labels and times as its stream has them. */
  async sessions() {
    const { server } = this;
    if (server === undefined) throw new Error("there is no server");
    const { sessions } = (await (await server.read("/v1/sessions?limit=50")).json()) as SessionList;
    const all = [...sessions].reverse().map(async ({ id }) => {
      const detail = (await (await server.read(`/v1/sessions/${id}`)).json()) as SessionDetail;
      const answer = await server.read(`/v1/sessions/${id}/frames?from=0&limit=4000000`);
      const page = decodeFramesPage(new Uint8Array(await answer.arrayBuffer()));
      const frames = page.frames.map(({ bytes, offsetMs }) => ({ ...decodeFrame(bytes), offsetMs }));
      const labels = frames.map(({ kind, body }) =>
        kind === "dom"
          ? (JSON.parse(new TextDecoder().decode(body)) as [{ data: { label: string } }])[0].data.label
          : kind,
      );
      return { detail, frames, labels };
    });
    return Promise.all(all);
  }
}

describe("a server that is away", () => {
  let s2: Awaited<ReturnType<typeof temporaryS2>>;
  let story: Story;
  beforeAll(async () => {
    s2 = await temporaryS2();
  });
  afterEach(async () => {
    // What one test recorded is not for the next to see.
    for (const { detail } of await story.sessions())
      await story.server?.read(`/v1/sessions/${detail.id}`, { method: "DELETE" });
    await story.down();
  });
  afterAll(async () => {
    await s2?.close();
    removeFolders();
  });

  it("gets all of it when it is back, once and in order, from both pictures", async () => {
    story = new Story(s2);
    await story.up();
    const spool = await story.spool(newFolder());
    const run = spool.begin();
    const [one, two] = [story.uploader(run), story.uploader(run)];
    one.push(story.draft("one", "one 0", { checkout: true }));
    two.push(story.draft("two", "two 0", { checkout: true }));
    await until(() => run.waiting === 0);
    await story.down();
    for (let count = 1; count <= 90; count++) {
      story.nowMs += 1_000;
      one.push(story.draft("one", `one ${count}`));
      two.push(story.draft("two", `two ${count}`));
    }
    expect(run.waiting).toBe(180);
    await story.up();
    one.wake();
    two.wake();
    await until(() => run.waiting === 0);
    const all = await story.sessions();
    expect(all).toHaveLength(1);
    for (const window of ["one", "two"]) {
      const labels = all[0]?.labels.filter((label) => label.startsWith(window));
      expect(labels).toEqual(Array.from({ length: 91 }, (_, count) => `${window} ${count}`));
    }
    expect(spool.bytes).toBe(0);
    await spool.close();
  });

  it("that has closed the session meanwhile gets a linked one, from its first checkout on, at its own times", async () => {
    story = new Story(s2);
    await story.up();
    const spool = await story.spool(newFolder());
    const run = spool.begin();
    const uploader = story.uploader(run);
    uploader.push(story.draft("one", "before", { checkout: true }));
    await until(() => run.waiting === 0);
    await story.down();
    story.nowMs += MINUTE_MS;
    const lostMs = story.nowMs;
    uploader.push(story.draft("one", "lost"));
    story.nowMs += 1_000;
    const checkoutMs = story.nowMs;
    uploader.push(story.draft("one", "kept 0", { checkout: true }));
    for (let count = 1; count <= 30; count++) {
      story.nowMs += MINUTE_MS;
      uploader.push(story.draft("one", `kept ${count}`));
    }
    const endMs = story.nowMs;
    await story.up();
    await story.untilClosed();
    uploader.wake();
    await until(() => run.waiting === 0);
    const [first, second, ...others] = await story.sessions();
    expect(others).toEqual([]);
    expect(first?.labels).toEqual(["before"]);
    expect(first?.detail.reason).toBe("idle");
    expect(second?.detail).toMatchObject({
      after: first?.detail.id,
      startMs: lostMs,
      lastMs: endMs,
      status: "live",
    });
    expect(second?.labels).toEqual(["lost", ...Array.from({ length: 31 }, (_, count) => `kept ${count}`)]);
    expect(second?.frames[0]?.lost).toMatchObject({ events: 1, fromMs: lostMs, toMs: lostMs });
    expect(second?.frames[1]).toMatchObject({ checkout: true, number: 1, firstMs: checkoutMs });
    expect(second?.detail.checkouts.map(({ atMs }) => atMs)).toEqual([checkoutMs]);
    expect(story.ended).toEqual(["idle"]);
    await spool.close();
  });

  it("gets what a killed process left, though the process never reached it, in the past where it was", async () => {
    story = new Story(s2);
    await story.up();
    await story.down();
    const folder = newFolder();
    const spool = await story.spool(folder);
    const uploader = story.uploader(spool.begin());
    const startMs = story.nowMs;
    for (let count = 0; count < 40; count++) {
      uploader.push(story.draft("one", `kept ${count}`, { checkout: count === 0 }));
      story.nowMs += MINUTE_MS;
    }
    await diskIdle();
    const left = kill({ world: { killed: false, gone: false, checkoutBytes: 0 }, folder } as never);
    // The first process is gone for good.
    await spool.close();
    story.nowMs += HOUR_MS;
    await story.up();
    const next = await story.spool(left);
    expect(next.bytes).toBe(0);
    await next.sendLeftovers(story.parts);
    await next.close();
    const [only, ...others] = await story.sessions();
    expect(others).toEqual([]);
    expect(only?.labels).toEqual(Array.from({ length: 40 }, (_, count) => `kept ${count}`));
    expect(only?.detail).toMatchObject({ startMs, lastMs: startMs + 39 * MINUTE_MS, after: null });
    story.nowMs += 2 * MINUTE_MS;
    await until(async () => (await story.sessions())[0]?.detail.status === "closed");
    expect((await story.sessions())[0]?.detail.reason).toBe("idle");
  });

  it("gets what was stopped while it was away: all of it, then the end, of every picture", async () => {
    story = new Story(s2);
    await story.up();
    const spool = await story.spool(newFolder());
    const run = spool.begin();
    // This SDK would forget what waits: it was stopped.
    const [one, two] = [story.uploader(run, false), story.uploader(run, false)];
    one.push(story.draft("one", "one 0", { checkout: true }));
    await until(() => run.waiting === 0);
    await story.down();
    story.nowMs += 1_000;
    one.push(story.draft("one", "one 1", { checkout: true }));
    two.push(story.draft("two", "two 0", { checkout: true }));
    one.stop(story.draft("one", "", { kind: "close", events: 0, body: new Uint8Array(), codec: "json" }));
    one.push(story.draft("one", "after the end"));
    story.nowMs += HOUR_MS;
    await story.up();
    await story.untilClosed();
    one.wake();
    two.wake();
    await until(() => story.ended.includes("stopped"));
    const [, second] = await story.sessions();
    expect(second?.detail).toMatchObject({ status: "closed", reason: "stopped" });
    expect(new Set(second?.labels)).toEqual(new Set(["close", "one 1", "two 0"]));
    expect(second?.labels.at(-1)).toBe("close");
    await spool.close();
  });

  it("gets what somebody did while it was away, though nobody is there any more", async () => {
    story = new Story(s2);
    await story.up();
    const spool = await story.spool(newFolder());
    const run = spool.begin();
    const uploader = story.uploader(run, false);
    uploader.push(story.draft("one", "before", { checkout: true }));
    await until(() => run.waiting === 0);
    await story.down();
    story.nowMs += 1_000;
    uploader.push(story.draft("one", "worked", { checkout: true }));
    story.nowMs += HOUR_MS;
    await story.up();
    await story.untilClosed();
    uploader.wake();
    await until(() => run.waiting === 0);
    expect((await story.sessions()).map(({ labels }) => labels)).toEqual([["before"], ["worked"]]);
    await spool.close();
  });
});
