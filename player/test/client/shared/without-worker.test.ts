import { describe, expect, it, onTestFinished } from "vitest";
import { MAX_REJOINS } from "../../../src/client/limits.js";
import type { WorkerHandle } from "../../../src/client/shared/worker-link.js";
import { grow, seqNums, session, until } from "../../support/live-sessions.js";
import { hasty } from "../../support/test-page.js";
import { begin, watch } from "./bench.js";

describe("without the worker", () => {
  it("a tab has a connection of its own", async () => {
    const recorded = session();
    grow(recorded, 2);
    const { server, browser } = await begin({ sessions: [recorded] });
    const none = browser.tab({
      worker: () => {
        throw new ReferenceError("SharedWorker is not defined");
      },
    });
    const failing = browser.tab({
      worker: () => ({
        port: new MessageChannel().port1,
        addEventListener: (_type, listener) => queueMicrotask(listener),
      }),
    });
    const got = [none, failing].map((tab) => watch(tab, recorded));
    await until(() => got.every(({ frames }) => frames.length === 2));
    await until(() => [none, failing].every(({ live }) => live.status.value.state === "open"));
    expect(server.liveCount()).toBe(2);
    expect(browser.workers).toHaveLength(0);
  });

  it("a tab whose worker answers late has its own meanwhile, and moves over without loss", async () => {
    const recorded = session();
    grow(recorded, 2);
    const { server, browser } = await begin({ sessions: [recorded] });
    // Nobody is at the other end until `arrive` puts the worker there.
    const { port1, port2 } = new MessageChannel();
    onTestFinished(() => port1.close());
    const arrive = (): void => browser.hub.attach(port1);
    const handle: WorkerHandle = { port: port2, addEventListener: () => {} };
    const tab = browser.tab({ worker: () => handle, clock: hasty });
    const got = watch(tab, recorded);
    await until(() => got.frames.length === 2);
    arrive();
    await until(() => browser.hub.size === 1 && server.hits.length === 2 && server.liveCount() === 1);
    grow(recorded, 2);
    await until(() => got.frames.length === 4);
    expect(seqNums(got.frames)).toEqual(seqNums(recorded.stored));
  });

  it("that died, tabs start another and lose nothing, a bounded number of times", async () => {
    const recorded = session();
    grow(recorded, 1);
    const { server, browser } = await begin({ sessions: [recorded] });
    const tabs = [browser.tab(), browser.tab()];
    const got = tabs.map((tab) => watch(tab, recorded));
    for (let deaths = 1; deaths <= MAX_REJOINS + 1; deaths++) {
      await until(() => got.every(({ frames }) => frames.length === recorded.stored.length));
      browser.killWorker();
      grow(recorded, 2);
    }
    await until(() => got.every(({ frames }) => frames.length === recorded.stored.length));
    for (const { frames } of got) expect(seqNums(frames)).toEqual(seqNums(recorded.stored));
    expect(browser.workers).toHaveLength(MAX_REJOINS + 2);
    expect(browser.hub.size).toBe(0);
    await until(() => server.liveCount() === 2);
  });
});
