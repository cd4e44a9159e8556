import { describe, expect, it } from "vitest";
import { MAX_WATCHED_SESSIONS } from "../../../src/client/limits.js";
import { grow, seqNums, session, until } from "../../support/live-sessions.js";
import { begin, watch } from "./bench.js";

describe("a tab", () => {
  it("that is gone without a word is let go", async () => {
    const [one, two] = [session(1), session(2)];
    const { server, browser } = await begin({ sessions: [one, two] });
    const [stays, goes] = [browser.tab(), browser.tab()];
    const got = watch(stays, one);
    watch(goes, two);
    await until(() => browser.hub.size === 2 && server.liveCount() === 1);
    await until(() => server.hits.at(-1)?.includes(two.id) === true);
    goes.die();
    await until(() => browser.hub.size === 1);
    await until(() => server.hits.at(-1)?.includes(two.id) === false && server.liveCount() === 1);
    grow(one, 1);
    await until(() => got.frames.length === 1);
    stays.die();
    await until(() => server.liveCount() === 0);
  });

  it("that nobody sees lets go, and comes back where it was; with nobody looking the connection ends", async () => {
    const recorded = session();
    grow(recorded, 2);
    const { server, browser } = await begin({ sessions: [recorded] });
    const tabs = [browser.tab(), browser.tab()];
    const got = tabs.map((tab) => watch(tab, recorded));
    await until(() => got.every(({ caughtUp }) => caughtUp.length > 0));
    tabs[0]?.page.set(true);
    await until(() => tabs[0]?.live.status.value.state === "resting");
    grow(recorded, 2);
    await until(() => got[1]?.frames.length === 4);
    expect(got[0]?.frames).toHaveLength(2);
    tabs[1]?.page.set(true);
    await until(() => server.liveCount() === 0);
    grow(recorded, 2);
    for (const { page } of tabs) page.set(false);
    await until(() => got.every(({ frames }) => frames.length === 6));
    for (const { frames } of got) expect(seqNums(frames)).toEqual(seqNums(recorded.stored));
    await until(() => server.liveCount() === 1);
  });

  it("that is put aside whole comes back where it was", async () => {
    const recorded = session();
    grow(recorded, 2);
    const { server, browser } = await begin({ sessions: [recorded] });
    const tab = browser.tab();
    const got = watch(tab, recorded);
    await until(() => got.caughtUp.length === 1);
    tab.page.freeze();
    await until(() => browser.hub.size === 0 && server.liveCount() === 0);
    grow(recorded, 2);
    tab.page.thaw();
    await until(() => got.frames.length === 4);
    expect(seqNums(got.frames)).toEqual(seqNums(recorded.stored));
  });

  it("that ends what it watches is idle", async () => {
    const recorded = session();
    const { server, browser } = await begin({ sessions: [recorded] });
    const tab = browser.tab();
    const got = watch(tab, recorded);
    await until(() => tab.live.status.value.state === "open");
    got.end();
    got.end();
    expect(tab.live.status.value.state).toBe("idle");
    await until(() => server.liveCount() === 0);
  });

  it("watches as many sessions as a connection takes, and not one more", async () => {
    const { browser } = await begin({ sessions: [] });
    const tab = browser.tab();
    for (let seed = 0; seed < MAX_WATCHED_SESSIONS; seed++) watch(tab, session(seed));
    expect(() => watch(tab, session(MAX_WATCHED_SESSIONS))).toThrow(RangeError);
    expect(() => watch(tab, session(0))).not.toThrow();
  });
});
