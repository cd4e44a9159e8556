import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SIGN_IN_CODE_LIFE_MS, SIGN_IN_LIFE_MS } from "../../src/limits.js";
import { codeOf, startTestServer, type TestServer, temporaryS2 } from "../running.js";

let s2: Awaited<ReturnType<typeof temporaryS2>>;
beforeAll(async () => {
  s2 = await temporaryS2();
});
afterAll(() => s2?.close());

const visit = (url: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { redirect: "manual", headers });
const cookieOf = (answer: Response): string => (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
const me = async (test: TestServer, cookie: string): Promise<number> =>
  (await fetch(`${test.url}/v1/me`, { headers: { cookie, "sec-fetch-site": "same-origin" } })).status;
const signInByKey = (
  test: TestServer,
  key: unknown,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${test.url}/v1/sign-in`, { method: "POST", headers, body: JSON.stringify({ key }) });

describe("the printed link", () => {
  it("signs one browser in, once", async () => {
    const test = await startTestServer({ s2 });
    try {
      const first = await visit(test.server.signInUrl);
      expect([first.status, first.headers.get("location")]).toEqual([303, "/"]);
      expect(first.headers.get("set-cookie")).toMatch(
        /^reeltime-\d+=[\w.-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000$/,
      );
      expect(first.headers.get("cache-control")).toBe("no-store");
      expect(await me(test, cookieOf(first))).toBe(200);

      const again = await visit(test.server.signInUrl);
      expect([again.status, again.headers.get("location")]).toEqual([303, "/?sign-in=used"]);
      expect(again.headers.get("set-cookie")).toBeNull();
      const signedIn = await visit(test.server.signInUrl, { cookie: cookieOf(first) });
      expect(signedIn.headers.get("location")).toBe("/");
    } finally {
      await test.close();
    }
  });

  it("is not used up by a wrong code, a HEAD request or a prefetch", async () => {
    const test = await startTestServer({ s2 });
    try {
      for (const wrong of [
        "",
        "?code=",
        "?code=wrong",
        `?code=${test.server.signInUrl.slice(-31)}`,
        "?code[]=a",
      ]) {
        const answer = await visit(`${test.url}/sign-in${wrong}`);
        expect([answer.headers.get("location"), answer.headers.get("set-cookie")]).toEqual([
          "/?sign-in=used",
          null,
        ]);
      }
      const head = await fetch(test.server.signInUrl, { method: "HEAD", redirect: "manual" });
      expect(head.headers.get("set-cookie")).toBeNull();
      expect((await visit(test.server.signInUrl, { "sec-purpose": "prefetch;prerender" })).status).toBe(403);
      expect((await visit(test.server.signInUrl, { "sec-fetch-dest": "image" })).status).toBe(403);
      expect((await visit(test.server.signInUrl)).headers.get("location")).toBe("/");
    } finally {
      await test.close();
    }
  });

  it("lasts a day and no longer, and each start makes its own", async () => {
    let nowMs = Date.now();
    const test = await startTestServer({ s2, clock: () => nowMs });
    const other = await startTestServer({ s2 });
    try {
      expect(new URL(other.server.signInUrl).search).not.toBe(new URL(test.server.signInUrl).search);
      nowMs += SIGN_IN_CODE_LIFE_MS;
      expect((await visit(test.server.signInUrl)).headers.get("location")).toBe("/?sign-in=used");
    } finally {
      await test.close();
      await other.close();
    }
  });
});

describe("the read key", () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer({ s2 });
  });
  afterAll(() => test?.close());

  it("signs in, and anything else does not", async () => {
    const answer = await signInByKey(test, ` ${test.server.readKey}\n`);
    expect([answer.status, await answer.json()]).toEqual([200, { signedIn: true }]);
    expect(await me(test, cookieOf(answer))).toBe(200);
    for (const [key, status] of [
      ["rk_wrong", 401],
      [test.server.projectKey, 401],
      [7, 400],
      [undefined, 400],
    ] as const) {
      const refused = await signInByKey(test, key);
      expect([refused.status, refused.headers.get("set-cookie")]).toEqual([status, null]);
    }
  });

  it("is not taken from another site's page", async () => {
    for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.test" }]) {
      expect((await signInByKey(test, test.server.readKey, headers as Record<string, string>)).status).toBe(
        403,
      );
    }
    expect((await signInByKey(test, test.server.readKey, { origin: test.url })).status).toBe(200);
  });

  it("lies in the data folder for its owner alone, is the same after a restart, and is nowhere in the streams", async () => {
    const file = join(test.data, "read-key");
    expect((await readFile(file, "utf8")).trim()).toBe(test.server.readKey);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(test.data, "secret"))).mode & 0o777).toBe(0o600);
    expect(test.server.readKeyMade).toBe(true);
    const again = await startTestServer({ s2, data: test.data });
    try {
      expect(again.server.readKey).toBe(test.server.readKey);
      expect(again.server.readKeyMade).toBe(false);
      expect(again.server.projectKey).toBe(test.server.projectKey);
      expect((await again.read("/v1/projects")).status).toBe(200);
    } finally {
      await again.close();
    }
    const { S2 } = await import("@s2-dev/streamstore");
    const there = new S2({ accessToken: "x", endpoints: { account: s2.endpoint, basin: s2.endpoint } });
    const read = await there
      .basin("reeltime-data")
      .stream("control")
      .read({ start: { from: { seqNum: 0 } } });
    const bodies = read.records.map((record) => record.body).join("\n");
    expect(bodies).toContain(test.server.projectKey);
    expect(bodies).not.toContain(test.server.readKey);
    expect(bodies).not.toContain(test.server.readKey.slice(3));
  });
});

it("a fresh data folder on the same S2 finds the same project and makes a read key of its own", async () => {
  const one = await startTestServer({ s2 });
  const two = await startTestServer({ s2 });
  try {
    expect(two.server.projectKey).toBe(one.server.projectKey);
    expect(two.server.readKey).not.toBe(one.server.readKey);
    expect((await two.read("/v1/projects")).status).toBe(200);
    const { projects } = (await (await two.read("/v1/projects")).json()) as { projects: readonly object[] };
    expect(projects).toHaveLength(1);
    expect(projects[0]).toMatchObject({ id: "default", key: one.server.projectKey });
  } finally {
    await one.close();
    await two.close();
  }
});

it("two servers that start at once on an empty S2 make one project", async () => {
  const empty = await temporaryS2();
  const servers = await Promise.all([startTestServer({ s2: empty }), startTestServer({ s2: empty })]);
  try {
    const keys = await Promise.all(
      servers.map(async (test) => {
        const { projects } = (await (await test.read("/v1/projects")).json()) as {
          projects: readonly { key: string }[];
        };
        return projects.map(({ key }) => key);
      }),
    );
    expect(keys[0]).toHaveLength(1);
    expect(keys[1]).toEqual(keys[0]);
  } finally {
    await Promise.all(servers.map((test) => test.close()));
    await empty.close();
  }
});

describe("a signed-in browser", () => {
  it("stays signed in over a restart, for thirty days and no longer", async () => {
    let nowMs = Date.now();
    const clock = (): number => nowMs;
    const first = await startTestServer({ s2, clock });
    const env = { PORT: String(first.server.port) };
    const cookie = cookieOf(await visit(first.server.signInUrl));
    await first.server.close();
    const test = await startTestServer({ s2, clock, data: first.data, env });
    try {
      nowMs += SIGN_IN_LIFE_MS - 1;
      expect(await me(test, cookie)).toBe(200);
      nowMs += 1;
      expect(await me(test, cookie)).toBe(401);
    } finally {
      await test.close();
      await first.close();
    }
  });

  it("that signs out leaves a worthless cookie behind, also after a restart", async () => {
    const test = await startTestServer({ s2 });
    const env = { PORT: String(test.server.port) };
    const [cookie, other] = [
      cookieOf(await visit(test.server.signInUrl)),
      cookieOf(await signInByKey(test, test.server.readKey)),
    ];
    const out = await fetch(`${test.url}/v1/sign-out`, {
      method: "POST",
      headers: { cookie, "sec-fetch-site": "same-origin" },
    });
    expect(out.status).toBe(200);
    expect(out.headers.get("set-cookie")).toMatch(/^reeltime-\d+=; .*Max-Age=0/);
    expect(await me(test, cookie)).toBe(401);
    expect(await me(test, other)).toBe(200);
    await test.server.close();
    const again = await startTestServer({ s2, data: test.data, env });
    try {
      expect(await me(again, cookie)).toBe(401);
      expect(await me(again, other)).toBe(200);
    } finally {
      await again.close();
      await test.close();
    }
  });

  it("is nobody with a cookie that was changed", async () => {
    const test = await startTestServer({ s2 });
    try {
      const cookie = cookieOf(await visit(test.server.signInUrl));
      const [name = "", value = ""] = cookie.split("=");
      for (const bad of [`${value}A`, value.slice(1), value.split(".")[0], ".", ""]) {
        expect(await me(test, `${name}=${bad}`)).toBe(401);
      }
      expect(await me(test, `a=b; ${cookie}; c=d`)).toBe(200);
    } finally {
      await test.close();
    }
  });

  it("gets a cookie for https alone where the server is reached by https", async () => {
    const env = { REELTIME_PUBLIC_URL: "https://replay.example.com" };
    const test = await startTestServer({ s2, env });
    try {
      const { search } = new URL(test.server.signInUrl);
      expect(test.server.signInUrl).toContain("https://replay.example.com/sign-in?code=");
      const answer = await visit(`http://127.0.0.1:${test.server.port}/sign-in${search}`);
      expect(answer.headers.get("set-cookie")).toMatch(/^__Host-reeltime=.*; Secure$/);
    } finally {
      await test.close();
    }
  });
});

it("so many attempts with a key are let through in a minute and not one more", async () => {
  const test = await startTestServer({ s2, env: { REELTIME_SIGN_INS_PER_MINUTE: "3" } });
  try {
    for (let attempt = 0; attempt < 3; attempt++)
      expect((await signInByKey(test, "rk_guess")).status).toBe(401);
    const refused = await signInByKey(test, test.server.readKey);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect([refused.status, await codeOf(refused)]).toEqual([429, "rate_limited"]);
  } finally {
    await test.close();
  }
});

it("a body past its limit is refused", async () => {
  const test = await startTestServer({ s2 });
  try {
    const body = (bytes: number) => JSON.stringify({ key: "k" }).padEnd(bytes);
    const send = (bytes: number) => fetch(`${test.url}/v1/sign-in`, { method: "POST", body: body(bytes) });
    expect((await send(64 * 1024)).status).toBe(401);
    expect((await send(64 * 1024 + 1)).status).toBe(413);
  } finally {
    await test.close();
  }
});
