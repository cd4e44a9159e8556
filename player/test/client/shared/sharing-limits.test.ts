import type { ProjectId } from "@reeltime/recorder/protocol";
import { describe, expect, it } from "vitest";
import { MAX_LISTED_PROJECTS, MAX_UNTAKEN_BYTES, MAX_WATCHED_SESSIONS } from "../../../src/client/limits.js";
import type { FromWorker, ToWorker } from "../../../src/client/shared/messages.js";
import { grow, session, until } from "../../support/live-sessions.js";
import { START } from "../../support/recorded-session.js";
import { begin, watch } from "./bench.js";

describe("limits of sharing", () => {
  it("more sessions than one connection takes come over a second", async () => {
    const sessions = Array.from({ length: MAX_WATCHED_SESSIONS + 1 }, (_, seed) => session(seed));
    for (const each of sessions) grow(each, 1);
    const { server, browser } = await begin({ sessions });
    const [first, second] = [browser.tab(), browser.tab()];
    const got = sessions.map((each, index) => watch(index < MAX_WATCHED_SESSIONS ? first : second, each));
    await until(() => got.every(({ caughtUp }) => caughtUp.length > 0));
    await until(() => server.liveCount() === 2);
    expect(got.every(({ frames }) => frames.length === 1)).toBe(true);
    got.at(-1)?.end();
    await until(() => server.liveCount() === 1);
  });

  it("more projects than one connection takes come over a second", async () => {
    const { server, browser } = await begin({ sessions: [] });
    const tabs = Array.from({ length: MAX_LISTED_PROJECTS + 1 }, (_, index) => {
      const tab = browser.tab();
      tab.live.list(`project-${index}` as ProjectId, () => {});
      return tab;
    });
    await until(() => tabs.every(({ live }) => live.status.value.state === "open"));
    await until(() => server.liveCount() === 2);
  });

  it("a page that takes nothing is let go when too much is on its way, and no other", async () => {
    const recorded = session();
    const { server, browser } = await begin({ sessions: [recorded] });
    const takes = watch(browser.tab(), recorded);
    await until(() => takes.caughtUp.length > 0);
    const port = browser.connect();
    const said: FromWorker[] = [];
    port.onmessage = ({ data }) => said.push(data as FromWorker);
    const say = (message: ToWorker): void => port.postMessage(message);
    say({ type: "hello" });
    say({ type: "watch", id: 1, session: recorded.id, from: 0 });
    await until(() => said.some((message) => message.type === "caught-up"));
    const eighth = new Uint8Array(MAX_UNTAKEN_BYTES / 8);
    for (let count = 1; count <= 8; count++) {
      recorded.appendBytes(eighth, START);
      await until(() => said.filter(({ type }) => type === "frames").length === count);
    }
    expect(browser.hub.size).toBe(2);
    expect(said.at(-1)?.type).toBe("frames");
    const asked = server.hits.length;
    await until(() => takes.frames.length === 8);
    recorded.appendBytes(new Uint8Array(1), START);
    await until(() => said.at(-1)?.type === "dropped");
    expect(browser.hub.size).toBe(1);
    await until(() => takes.frames.length === 9);
    expect(server.hits).toHaveLength(asked);
  });
});
