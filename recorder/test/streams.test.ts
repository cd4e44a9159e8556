import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MAX_EVENTS_PER_APPEND, MAX_LIST } from "../src/limits.js";
import { type ProjectId, type SessionRef, sessionStreamName } from "../src/protocol/index.js";
import { createS2Port } from "../src/s2.js";
import type { Followed, IndexEntry, Recorder } from "../src/types.js";
import { appending, frame } from "./support/frames.js";
import { upTo } from "./support/reading.js";
import { CLIENT, PROJECT, startTestS2, type TestS2 } from "./support/s2.js";

let s2: TestS2;
beforeAll(async () => {
  s2 = await startTestS2();
});
afterAll(() => s2.close());

const openOn = async (recorder: Recorder, project = PROJECT): Promise<SessionRef> => {
  const { sessionId } = await recorder.open({ project, client: CLIENT, offsetMs: 0 });
  return { project, sessionId };
};

describe("the list", () => {
  it("is newest first, of one project, and goes on from its cursor", async () => {
    let nowMs = Date.now() - 1_000_000;
    const recorder = s2.recorder({ clock: () => (nowMs += 1_000) });
    const project = "listed" as ProjectId;
    const opened: string[] = [];
    for (const _ of upTo(7)) opened.unshift((await openOn(recorder, project)).sessionId);
    await openOn(recorder, "listed-not" as ProjectId);
    const listed: string[] = [];
    let after: string | undefined;
    do {
      const page = await recorder.list(project, { limit: 3, ...(after === undefined ? {} : { after }) });
      expect(page.sessions.length).toBeLessThanOrEqual(3);
      listed.push(...page.sessions.map(({ sessionId }) => sessionId));
      after = page.next;
    } while (after !== undefined);
    expect(listed).toEqual(opened);
  });

  it("takes a limit past S2's as S2's, and refuses a cursor that is none", async () => {
    const recorder = s2.recorder();
    expect((await recorder.list(PROJECT, { limit: MAX_LIST + 1 })).next).toBeUndefined();
    await expect(recorder.list(PROJECT, { after: "yesterday" })).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("erasing", () => {
  it("removes the stream and its notes; later appends find nothing", async () => {
    const recorder = s2.recorder();
    const session = await openOn(recorder);
    await recorder.append(appending(session, [frame({ number: 0 })]));
    const notes = `notes/${session.project}/${session.sessionId}`;
    await recorder.appendEvents(notes, [{ text: "look" }]);
    const other = s2.recorder();
    await other.append(appending(session, [frame({ number: 1 })]));
    const followed: Followed[] = [];
    const following = (async () => {
      for await (const found of other.follow(session, 2, new AbortController().signal)) {
        followed.push(found);
        if (found.type === "caught-up") expect(await recorder.erase(session)).toBe("erased");
      }
    })();
    await following;
    expect(followed.at(-1)).toEqual({ type: "missing" });
    for (const server of [recorder, other]) {
      expect(await server.append(appending(session, [frame({ number: 2 })]))).toEqual({ type: "missing" });
      expect(await server.status(session)).toEqual({ type: "missing" });
    }
    expect(await recorder.readEvents(notes)).toEqual({ events: [], tail: 0 });
    expect((await recorder.list(PROJECT)).sessions).not.toContainEqual(session);
    expect(recorder.held().has(session.sessionId)).toBe(false);
  });
});

describe("the index", () => {
  it("names what opened, grew, closed and was erased, and is followed", async () => {
    const recorder = s2.recorder({ serverId: "indexed", limits: { indexEveryMs: 20 } });
    const entries: IndexEntry[] = [];
    const stop = new AbortController();
    let caughtUp = 0;
    let heard: () => void = () => {};
    const following = (async () => {
      for await (const found of recorder.followIndex(0, stop.signal)) {
        if ("type" in found) caughtUp += 1;
        else if (found.entry.server === "indexed") entries.push(found.entry);
        heard();
      }
    })();
    const until = async (done: () => boolean): Promise<void> => {
      while (!done()) await new Promise<void>((resolve) => (heard = resolve));
    };
    const [a, b] = [await openOn(recorder), await openOn(recorder)];
    await Promise.all([a, b].map((session) => recorder.append(appending(session, [frame({ number: 0 })]))));
    const grown = () => entries.flatMap((entry) => (entry.type === "grew" ? entry.sessions : []));
    // Both: a session that is closed or erased first need not be said to have grown.
    await until(() => grown().length === 2);
    await recorder.close(a, "stopped");
    await recorder.erase(b);
    await until(() => entries.some(({ type }) => type === "erased"));
    stop.abort();
    await following;
    expect(caughtUp).toBeGreaterThan(0);
    const server = "indexed";
    expect(entries).toContainEqual({ type: "opened", session: a, server });
    expect(entries).toContainEqual({ type: "closed", session: a, reason: "stopped", server });
    expect(entries).toContainEqual({ type: "erased", session: b, server });
    expect(grown()).toContainEqual({ session: a, tail: 3 });
    expect(grown()).toContainEqual({ session: b, tail: 3 });
  });
});

describe("following a session", () => {
  it("gives history, says that it has caught up, goes on live, and ends with the close", async () => {
    const recorder = s2.recorder();
    const session = await openOn(recorder);
    const large = new Uint8Array(2_100_000);
    await recorder.append(appending(session, [frame({ number: 0 }), frame({ number: 1, body: large })]));
    const seen: string[] = [];
    for await (const found of recorder.follow(session, 2, new AbortController().signal)) {
      if (found.type === "frame") seen.push(`${found.frame.envelope.number}@${found.frame.seqNum}`);
      else seen.push(found.type);
      if (found.type === "caught-up" && seen.length === 3) {
        await recorder.append(appending(session, [frame({ number: 2 })]));
      }
      if (seen.at(-2)?.startsWith("2@")) await recorder.close(session, "stopped");
    }
    expect(seen.slice(0, 5)).toEqual(["0@2", "1@3", "caught-up", "2@6", "caught-up"]);
    expect(seen.at(-1)).toBe("closed");
  });

  it("starts anywhere, and stops when told", async () => {
    const recorder = s2.recorder();
    const session = await openOn(recorder);
    await recorder.append(
      appending(
        session,
        [0, 1, 2].map((number) => frame({ number })),
      ),
    );
    const stop = new AbortController();
    const seen: number[] = [];
    for await (const found of recorder.follow(session, 4, stop.signal)) {
      if (found.type === "frame") seen.push(found.frame.envelope.number);
      else stop.abort();
    }
    expect(seen).toEqual([2]);
  });
});

describe("shared streams of events", () => {
  it("keep the order, and refuse what another server was quicker with", async () => {
    const recorder = s2.recorder();
    const stream = "audit/demo";
    expect(await recorder.readEvents(stream)).toEqual({ events: [], tail: 0 });
    expect(await recorder.appendEvents(stream, [{ n: 1 }, { n: 2 }], 0)).toBe("appended");
    expect(await recorder.appendEvents(stream, [{ n: 9 }], 0)).toBe("conflict");
    expect(await recorder.appendEvents(stream, [{ n: 3 }], 2)).toBe("appended");
    await Promise.all([4, 5, 6].map((n) => recorder.appendEvents(stream, [{ n }])));
    const { events, tail } = await recorder.readEvents(stream);
    expect(tail).toBe(6);
    expect(events.slice(0, 3)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(
      events
        .slice(3)
        .map((event) => (event as { n: number }).n)
        .sort((a, b) => a - b),
    ).toEqual([4, 5, 6]);
  });

  it("are appended once when the ack is lost", async () => {
    let lose = 2;
    const recorder = s2.recorder({
      wrapPort: (port) => ({
        ...port,
        append: async (stream, batch) => {
          const ack = await port.append(stream, batch);
          if (stream === "control" && lose-- > 0) return createS2Port(s2.access, 1).append("\0", batch);
          return ack;
        },
      }),
    });
    const before = (await recorder.readEvents("control")).events.length;
    expect(await recorder.appendEvents("control", [{ once: 1 }])).toBe("appended");
    expect(await recorder.appendEvents("control", [{ once: 2 }], before + 1)).toBe("appended");
    expect((await recorder.readEvents("control")).events.slice(before)).toEqual([{ once: 1 }, { once: 2 }]);
  });

  it("take at most one batch", async () => {
    const recorder = s2.recorder();
    const events = upTo(MAX_EVENTS_PER_APPEND + 1).map((n) => ({ n }));
    await expect(recorder.appendEvents("audit/limits", events)).rejects.toMatchObject({ code: "too_large" });
    expect(await recorder.appendEvents("audit/limits", events.slice(1))).toBe("appended");
  });
});

describe("holding", () => {
  it("lets quiet sessions go and takes them over when they come back", async () => {
    let nowMs = Date.now();
    let opened = 0;
    const recorder = s2.recorder({
      clock: () => nowMs,
      limits: { holdMs: 20, keepMs: 1_000 },
      wrapPort: (port) => ({
        ...port,
        openAppends: (stream) => {
          opened += 1;
          return port.openAppends(stream);
        },
      }),
    });
    const session = await openOn(recorder);
    await recorder.append(appending(session, [frame({ number: 0 })]));
    await recorder.append(appending(session, [frame({ number: 1 })]));
    expect(opened).toBe(1);
    expect(recorder.held().get(session.sessionId)?.state.totals.frames).toBe(2);
    nowMs += 5_000;
    await expect.poll(() => recorder.held().has(session.sessionId)).toBe(false);
    expect(recorder.lastNumber(session, "writer-a" as never)).toBeUndefined();
    expect(await recorder.append(appending(session, [frame({ number: 2 })]))).toMatchObject({ acked: 2 });
    expect(opened).toBe(2);
  });

  it("drops the least recently written beyond the cap", async () => {
    const recorder = s2.recorder({ limits: { maxHeld: 2 } });
    const sessions = [await openOn(recorder), await openOn(recorder)];
    await recorder.append(appending(sessions[0] as SessionRef, [frame({ number: 0 })]));
    sessions.push(await openOn(recorder));
    expect([...recorder.held().keys()]).toEqual([sessions[0]?.sessionId, sessions[2]?.sessionId]);
    expect(await recorder.append(appending(sessions[1] as SessionRef, [frame({ number: 0 })]))).toMatchObject(
      {
        acked: 0,
      },
    );
  });

  it("gives each session its project's retention", async () => {
    const recorder = s2.recorder({
      retention: (project) => ({ ageSecs: project === PROJECT ? 60 : undefined }),
    });
    const session = await openOn(recorder);
    const answer = await fetch(
      `${s2.access.basinEndpoint}/v1/streams/${encodeURIComponent(sessionStreamName(session))}`,
      { headers: { "s2-basin": s2.access.basin } },
    );
    expect(await answer.json()).toMatchObject({
      retention_policy: { age: 60 },
      timestamping: { mode: "client-require", uncapped: false },
    });
  });
});

describe("draining", () => {
  it("finishes what is in flight and refuses what comes after", async () => {
    const recorder = s2.recorder();
    const session = await openOn(recorder);
    const appends = upTo(20).map((number) => recorder.append(appending(session, [frame({ number })])));
    await recorder.drain();
    expect(await Promise.all(appends)).toHaveLength(20);
    await expect(recorder.append(appending(session, [frame({ number: 20 })]))).rejects.toMatchObject({
      code: "draining",
    });
    await expect(recorder.open({ project: PROJECT, client: CLIENT, offsetMs: 0 })).rejects.toMatchObject({
      code: "draining",
    });
    expect((await s2.recorder().state(session))?.totals.frames).toBe(20);
  });
});
