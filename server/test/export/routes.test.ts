import { readdir, readlink, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import {
  type ExportAnswer,
  encodeScreenBody,
  type OpenResponse,
  type ScreenEvent,
  type SessionExport,
} from "@reeltime/recorder/protocol";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { frameOf, startTestServer, type TestServer, temporaryS2, until, uploadOf } from "../running.js";
import { accessTo, block, display, paint, ScreenSession } from "./support/screen-session.js";
import { missingForVideo, probe } from "./support/video.js";

let s2: Awaited<ReturnType<typeof temporaryS2>>;
let test: TestServer;
const closing: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  s2 = await temporaryS2();
  test = await startTestServer({ s2 });
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(async () => {
  await test?.close();
  await s2?.close();
});

const QUERY = "format=mp4&overlay=none";
const exportPath = (id: string, query = QUERY): string => `/v1/sessions/${id}/export?${query}`;
const statusOf = async (on: TestServer, id: string, query = QUERY): Promise<SessionExport | null> => {
  const answer = await on.read(`/v1/sessions/${id}/export/status?${query}`);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as ExportAnswer).export;
};
const until202Ends = (on: TestServer, id: string, query = QUERY): Promise<Response> =>
  until(async () => {
    const answer = await on.read(exportPath(id, query));
    if (answer.status !== 202) return answer;
    expect(answer.headers.get("retry-after")).toBe("1");
    await answer.json();
    return undefined;
  });

/** A session of `seconds`, one paint a second, which the server's catalog knows. */
async function recorded(on: TestServer, seconds: number, perSecond = 1, size = 320): Promise<string> {
  const session = new ScreenSession(accessTo(s2, "reeltime-data"), Date.now() - seconds * 1000 - 60_000);
  closing.push(() => session.recorder.drain());
  await session.open();
  await session.say("screen-one", [
    display(0, size, size),
    paint(0, true, await block(0, 0, size, size, [9, 99, 199])),
  ]);
  const blocks = await Promise.all(
    [0, 1].map((odd) => block(16, 16, size - 32, size - 32, [odd * 250, 90, 9])),
  );
  for (let second = 0; second < seconds; second++) {
    const events = Array.from({ length: perSecond }, (_, index): ScreenEvent => {
      const rectangle = blocks[(second + index) % 2];
      return paint(second * 1000 + (index * 1000) / perSecond + 1, false, ...(rectangle ? [rectangle] : []));
    });
    await session.say("screen-one", events);
  }
  await session.say("screen-one", [{ type: "key", atMs: seconds * 1000, key: "Enter" }]);
  await session.close();
  const id = session.ref.sessionId;
  await until(async () => {
    const answer = await on.read(`/v1/sessions/${id}`);
    return answer.status === 200 && ((await answer.json()) as { status: string }).status === "closed";
  });
  return id;
}

/** The files that processes of this machine have open below a folder, also removed ones. */
async function openFiles(folder: string): Promise<readonly string[]> {
  const processes = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const files = await Promise.all(
    processes.map(async (pid) => {
      // What ends meanwhile, or is another user's, has nothing of ours open.
      const handles = await readdir(`/proc/${pid}/fd`).catch(() => []);
      return Promise.all(handles.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => "")));
    }),
  );
  return files.flat().filter((file) => file.startsWith(folder));
}

/** A frame of pictures, as an SDK sends it now. */
async function screenFrame(number: number): Promise<Uint8Array<ArrayBuffer>> {
  const nowMs = Date.now();
  const events = [display(nowMs, 64, 64), paint(nowMs, true, await block(0, 0, 64, 64, [200, 10, 10]))];
  const body = encodeScreenBody(events, nowMs);
  return frameOf(number, { kind: "screen", codec: "screen", firstMs: nowMs, lastMs: nowMs, body, events: 2 });
}

describe.skipIf(missingForVideo.length > 0)("GET /v1/sessions/:id/export", { timeout: 120_000 }, () => {
  it("begins a video, says how far it is, and gives the file once it is made", async () => {
    const id = await recorded(test, 60);
    expect(await statusOf(test, id)).toBeNull();
    const first = await test.read(exportPath(id));
    expect([first.status, first.headers.get("cache-control")]).toEqual([202, "no-store"]);
    const begun = ((await first.json()) as ExportAnswer).export;
    expect(begun).toMatchObject({ format: "mp4", window: null, overlay: [], video: null, error: null });
    const answer = await until202Ends(test, id);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "video/mp4",
      "content-disposition": `attachment; filename="reeltime-${id}.mp4"`,
      "accept-ranges": "bytes",
      "cache-control": "private, no-store",
    });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect(String(bytes.length)).toBe(answer.headers.get("content-length"));
    const ready = await statusOf(test, id);
    expect(ready).toMatchObject({ id: begun?.id, state: "ready", percent: 100 });
    expect(ready?.video).toMatchObject({ bytes: bytes.length, durationMs: 60_000, whole: true, dropped: 0 });
    const file = join(test.data, "check.mp4");
    await writeFile(file, bytes);
    expect(await probe(file)).toMatchObject({ durationMs: 60_000, width: 320, height: 320 });
    // The index stands before the pictures, so that it plays while it is fetched.
    const text = Buffer.from(bytes).toString("latin1");
    expect(text.indexOf("moov")).toBeLessThan(text.indexOf("mdat"));
  });

  it("goes on with a download that broke off", async () => {
    const id = await recorded(test, 5);
    const whole = await until202Ends(test, id);
    const bytes = new Uint8Array(await whole.arrayBuffer());
    const etag = whole.headers.get("etag") ?? "";
    const half = Math.floor(bytes.length / 2);
    // Cut in the middle, as a network does it.
    const cut = await new Promise<Buffer>((resolve, reject) => {
      const headers = { authorization: `Bearer ${test.server.readKey}` };
      get(test.url + exportPath(id), { headers }, (answer) => {
        answer.once("data", (chunk: Buffer) => {
          answer.destroy();
          resolve(chunk);
        });
      }).on("error", reject);
    });
    const rest = await test.read(exportPath(id), {
      headers: { range: `bytes=${cut.length}-`, "if-range": etag },
    });
    if (cut.length < bytes.length) {
      expect([rest.status, rest.headers.get("content-range")]).toEqual([
        206,
        `bytes ${cut.length}-${bytes.length - 1}/${bytes.length}`,
      ]);
      expect(Buffer.concat([cut, new Uint8Array(await rest.arrayBuffer())]).equals(bytes)).toBe(true);
    }
    const part = await test.read(exportPath(id), { headers: { range: `bytes=${half}-${half + 9}` } });
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.slice(half, half + 10));
    const other = await test.read(exportPath(id), { headers: { range: "bytes=9-", "if-range": '"other"' } });
    expect([other.status, (await other.arrayBuffer()).byteLength]).toEqual([200, bytes.length]);
    const past = await test.read(exportPath(id), { headers: { range: `bytes=${bytes.length}-` } });
    expect([past.status, past.headers.get("content-range")]).toEqual([416, `bytes */${bytes.length}`]);
    const known = await test.read(exportPath(id), { headers: { "if-none-match": etag } });
    expect(known.status).toBe(304);
    const head = await test.read(exportPath(id), { method: "HEAD", headers: { range: "bytes=9-" } });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, String(bytes.length)]);
  });

  it("is saved by a browser that is signed in, as a page it goes to or by code", async () => {
    const id = await recorded(test, 1);
    await (await until202Ends(test, id)).arrayBuffer();
    const signedIn = await fetch(`${test.url}/v1/sign-in`, {
      method: "POST",
      body: JSON.stringify({ key: test.server.readKey }),
    });
    const cookie = (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const ask = async (headers: Record<string, string>): Promise<number> => {
      const answer = await fetch(test.url + exportPath(id), { headers: { cookie, ...headers } });
      await answer.arrayBuffer();
      return answer.status;
    };
    expect(await ask({ "sec-fetch-dest": "document", "sec-fetch-site": "same-origin" })).toBe(200);
    expect(await ask({ "sec-fetch-dest": "empty", "sec-fetch-site": "same-origin" })).toBe(200);
    expect(await ask({ "sec-fetch-dest": "document", "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await ask({ "sec-fetch-dest": "iframe", "sec-fetch-site": "same-origin" })).toBe(403);
    expect(await ask({ "sec-fetch-dest": "video", "sec-fetch-site": "same-origin" })).toBe(403);
  });

  it("exports a session that goes on up to now, and anew with its end once it has closed", async () => {
    const live = await test.open();
    await test.append(live, await screenFrame(0));
    const partly = await until202Ends(test, live.sessionId);
    await partly.arrayBuffer();
    expect((await statusOf(test, live.sessionId))?.video?.whole).toBe(false);
    await test.append(live, await screenFrame(1));
    await test.post(live.sessionId, "stop", uploadOf(live.token));
    const whole = await until202Ends(test, live.sessionId);
    await whole.arrayBuffer();
    expect((await statusOf(test, live.sessionId))?.video?.whole).toBe(true);
    expect(whole.headers.get("etag")).not.toBe(partly.headers.get("etag"));
  });

  it("stops a job and removes what was made when it is deleted", async () => {
    const id = await recorded(test, 90, 30, 1280);
    expect((await test.read(exportPath(id))).status).toBe(202);
    await until(async () => {
      const status = await statusOf(test, id);
      return status?.state === "running" && status.percent >= 6 && status.percent < 90;
    });
    expect((await test.read(exportPath(id), { method: "DELETE" })).status).toBe(204);
    expect(await statusOf(test, id)).toBeNull();
    expect((await readdir(join(test.data, "exports"))).filter((name) => name.includes("draft"))).toEqual([]);
    // Its ffmpeg is gone too: nothing has this session's drafts open.
    const processes = await openFiles(join(test.data, "exports"));
    expect(processes.filter((file) => file.includes("draft"))).toEqual([]);
  });

  it("begins a job again that a restart cut off, and keeps what was made", async () => {
    const one = await startTestServer({ s2 });
    closing.push(() => one.close());
    const short = await recorded(one, 1);
    await (await until202Ends(one, short)).arrayBuffer();
    const id = await recorded(one, 40, 10, 640);
    expect((await one.read(exportPath(id))).status).toBe(202);
    await until(async () => (await statusOf(one, id))?.state === "running");
    await one.server.close();
    const two = await startTestServer({ s2, data: one.data });
    closing.push(() => two.close());
    expect((await statusOf(two, short))?.state).toBe("ready");
    // Nobody asks for it here.
    await until(async () => (await statusOf(two, id))?.state === "ready");
    const video = await two.read(exportPath(id));
    expect(video.status).toBe(200);
    await video.arrayBuffer();
  });

  it("loses its videos with the session, here and on another server", async () => {
    const other = await startTestServer({ s2 });
    closing.push(() => other.close());
    const id = await recorded(test, 1);
    const names: (readonly [TestServer, string])[] = [];
    for (const on of [test, other]) {
      await (await until202Ends(on, id)).arrayBuffer();
      names.push([on, (await statusOf(on, id))?.id ?? ""]);
    }
    expect((await test.read(`/v1/sessions/${id}`, { method: "DELETE" })).status).toBe(204);
    for (const [on, name] of names) {
      await until(async () => (await on.read(exportPath(id))).status === 404);
      await until(
        async () =>
          (await readdir(join(on.data, "exports"))).filter((file) => file.startsWith(name)).length === 0,
      );
    }
  });

  it("makes one when a session closes, where the project's policy says so", async () => {
    const own = await startTestServer({ s2 });
    closing.push(() => own.close());
    const query = "format=mp4";
    const record = async (): Promise<OpenResponse> => {
      const session = await own.open();
      await own.append(session, await screenFrame(0));
      await own.post(session.sessionId, "stop", uploadOf(session.token));
      return session;
    };
    const before = await record();
    const set = (policy: object): Promise<Response> =>
      own.read("/v1/projects/default", { method: "PATCH", body: JSON.stringify({ policy }) });
    expect(await (await set({ mp4OnClose: true })).json()).toMatchObject({ policy: { mp4OnClose: true } });
    const after = await record();
    await until(async () => (await statusOf(own, after.sessionId, query))?.state === "ready");
    expect(await statusOf(own, before.sessionId, query)).toBeNull();
    await set({ mp4OnClose: false });
    const late = await record();
    expect(await statusOf(own, late.sessionId, query)).toBeNull();
  });
});

describe("what cannot become a video", () => {
  it("is told so at once: a session without pictures, another format, a window that is none", async () => {
    const session = await test.open();
    await test.append(session, frameOf(0));
    const refused = async (id: string, query: string): Promise<readonly [number, string, string]> => {
      const answer = await test.read(exportPath(id, query));
      const { error } = (await answer.json()) as { error: { code: string; message: string } };
      return [answer.status, error.code, error.message];
    };
    expect(await refused(session.sessionId, QUERY)).toEqual([
      400,
      "bad_request",
      "Only recordings of a screen become videos, and this session has no pictures of one.",
    ]);
    const screen = await test.open();
    await test.append(screen, await screenFrame(0));
    expect((await refused(screen.sessionId, "format=mp4&window=nobody-knows"))[0]).toBe(400);
    for (const [query, message] of [
      ["", "format must be mp4."],
      ["format=webm", "format must be mp4."],
      ["format=mp4&overlay=hats", "overlay must be none, or some of cursor,clicks."],
      ["format=mp4&window=!", "window must be the id of one of the session's windows."],
      ["format=mp4&x=1", "The address has a parameter that is not known here."],
    ] as const)
      expect(await refused(screen.sessionId, query)).toEqual([400, "bad_request", message]);
  });

  it("waits for ffmpeg to be installed, and says which package has it", async () => {
    const without = await startTestServer({ s2, env: { FFMPEG_PATH: "/nowhere/ffmpeg" } });
    closing.push(() => without.close());
    const session = await without.open();
    await without.append(session, await screenFrame(0));
    const answer = await without.read(exportPath(session.sessionId));
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    expect([answer.status, error.code]).toEqual([503, "unavailable"]);
    expect(error.message).toContain("apt-get install ffmpeg");
    expect(error.message).toContain("FFMPEG_PATH");
    expect(await statusOf(without, session.sessionId)).toBeNull();
  });
});
