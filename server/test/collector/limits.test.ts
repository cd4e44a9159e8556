import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import {
  type ErrorResponse,
  encodeUpload,
  MAX_FRAME_BYTES,
  MAX_FRAMES_PER_UPLOAD,
  MAX_UPLOAD_BYTES,
} from "@reeltime/recorder/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ByteBudget, withBody } from "../../src/http/body.js";
import { MAX_DISCARDED_BYTES, MAX_HEADER_BYTES, MAX_OPEN_BODY_BYTES } from "../../src/limits.js";
import { codeOf, frameOf, startTestServer, type TestServer, temporaryS2, uploadOf } from "../running.js";

let s2: Awaited<ReturnType<typeof temporaryS2>>;
let test: TestServer;
beforeAll(async () => {
  s2 = await temporaryS2();
  test = await startTestServer({ s2 });
});
afterAll(async () => {
  await test?.close();
  await s2?.close();
});

const refusal = async (answer: Response): Promise<readonly [number, string]> => [
  answer.status,
  await codeOf(answer),
];

/** Sends a body without saying how long it is. */
function sendChunked(
  url: string,
  bytes: number,
  chunkBytes = 65_536,
): Promise<{ status: number; sent: number }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method: "POST" });
    let sent = 0;
    request.on("response", (response) => {
      response.resume();
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, sent });
        request.destroy();
      });
    });
    request.on("error", reject);
    const more = (): void => {
      while (sent < bytes) {
        const size = Math.min(chunkBytes, bytes - sent);
        sent += size;
        if (!request.write(new Uint8Array(size))) {
          request.once("drain", more);
          return;
        }
      }
      request.end();
    };
    more();
  });
}

describe("an opening's body", () => {
  const bodyOf = (bytes: number): string => {
    const body = JSON.stringify({ key: test.server.projectKey, sentAtMs: Date.now(), client: { sdk: "a" } });
    return body + " ".repeat(bytes - body.length);
  };

  it("is taken at its limit and refused one byte past it", async () => {
    expect((await test.askOpen(bodyOf(MAX_OPEN_BODY_BYTES))).status).toBe(201);
    expect(await refusal(await test.askOpen(bodyOf(MAX_OPEN_BODY_BYTES + 1)))).toEqual([413, "too_large"]);
  });

  it("is refused past its limit also when it does not say how long it is", async () => {
    expect((await sendChunked(`${test.url}/v1/sessions`, MAX_OPEN_BODY_BYTES + 1)).status).toBe(413);
  });
});

describe("an upload", () => {
  it("is looked at up to its limit and refused one byte past it, declared or not", async () => {
    const url = `${test.url}/v1/sessions/any/frames`;
    const atLimit = await fetch(url, { method: "POST", body: new Uint8Array(MAX_UPLOAD_BYTES) });
    expect(await refusal(atLimit)).toEqual([400, "malformed"]);
    const past = await fetch(url, { method: "POST", body: new Uint8Array(MAX_UPLOAD_BYTES + 1) });
    expect(await refusal(past)).toEqual([413, "too_large"]);
    expect((await sendChunked(url, MAX_UPLOAD_BYTES + 1)).status).toBe(413);
  });

  it("with the largest frame is stored, one byte more is refused", async () => {
    const session = await test.open();
    const envelope = frameOf(0, { body: new Uint8Array(0x10000) }).length - 0x10000;
    const largest = frameOf(0, { body: new Uint8Array(MAX_FRAME_BYTES - envelope) });
    expect(largest).toHaveLength(MAX_FRAME_BYTES);
    const past = frameOf(0, { body: new Uint8Array(MAX_FRAME_BYTES - envelope + 1) });
    expect(await refusal(await test.append(session, past))).toEqual([413, "too_large"]);
    expect((await test.append(session, largest)).status).toBe(200);
  });

  it("holds so many frames and not one more", async () => {
    const session = await test.open();
    const frames = Array.from({ length: MAX_FRAMES_PER_UPLOAD }, (_, number) => frameOf(number));
    const past = [...frames, frameOf(MAX_FRAMES_PER_UPLOAD)];
    expect(await refusal(await test.append(session, ...past))).toEqual([413, "too_large"]);
    expect((await test.append(session, ...frames)).status).toBe(200);
  });

  it("that is refused leaves its connection to go on with, and a body without end does not", async () => {
    const { port } = new URL(test.url);
    const socket = connect(Number(port), "127.0.0.1");
    const head = (length: string) =>
      `POST /v1/sessions/x/frames HTTP/1.1\r\nhost: localhost\r\n${length}\r\n\r\n`;
    let heard = "";
    socket.on("data", (chunk) => {
      heard += chunk.toString();
    });
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.on("error", () => {});
    socket.write(head(`content-length: ${MAX_UPLOAD_BYTES + 1}`));
    socket.write(new Uint8Array(MAX_UPLOAD_BYTES + 1));
    socket.write("GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n");
    await expect.poll(() => heard).toContain('{"status":"ok"}');
    expect(heard).toContain(" 413 ");
    socket.write(head("transfer-encoding: chunked"));
    const chunk = `100000\r\n${"x".repeat(0x100000)}\r\n`;
    const chunks = (MAX_UPLOAD_BYTES + MAX_DISCARDED_BYTES) / 0x100000 + 2;
    for (let sent = 0; sent < chunks && !socket.destroyed; sent++) {
      if (!socket.write(chunk))
        await Promise.race([closed, new Promise((resolve) => socket.once("drain", resolve))]);
    }
    await closed;
  });
});

describe("rates", () => {
  it("let a session upload so often and not once more, and say when to come again", async () => {
    const slow = await startTestServer({
      s2,
      env: { REELTIME_SESSION_UPLOADS_PER_SECOND: "1" },
      clock: () => 1e12,
    });
    try {
      const [session, other] = [await slow.open(), await slow.open()];
      expect((await slow.append(session, frameOf(0))).status).toBe(200);
      expect((await slow.append(session, frameOf(1))).status).toBe(200);
      const refused = await slow.append(session, frameOf(2));
      expect(refused.headers.get("retry-after")).toBe("1");
      expect(await refusal(refused)).toEqual([429, "rate_limited"]);
      expect((await slow.append(other, frameOf(0))).status).toBe(200);
    } finally {
      await slow.close();
    }
  });

  it("let a session send so many bytes and not one more", async () => {
    const slow = await startTestServer({
      s2,
      env: { REELTIME_SESSION_BYTES_PER_SECOND: "1024" },
      clock: () => 1e12,
    });
    try {
      const session = await slow.open();
      const sized = (bytes: number, number: number) => {
        const spare =
          uploadOf(session.token, frameOf(number, { body: new Uint8Array(1_000) })).length - 1_000;
        return uploadOf(session.token, frameOf(number, { body: new Uint8Array(bytes - spare) }));
      };
      const first = sized(4_096, 0);
      expect(first).toHaveLength(4_096);
      expect((await slow.post(session.sessionId, "frames", first)).status).toBe(200);
      expect((await slow.post(session.sessionId, "frames", sized(4_097, 1))).status).toBe(429);
      expect((await slow.post(session.sessionId, "frames", sized(4_096, 1))).status).toBe(200);
    } finally {
      await slow.close();
    }
  });

  it("let an address upload so often, whatever it sends, and not once more", async () => {
    const slow = await startTestServer({
      s2,
      env: { REELTIME_ADDRESS_UPLOADS_PER_SECOND: "2" },
      clock: () => 1e12,
    });
    try {
      const statuses = [];
      for (let sent = 0; sent < 5; sent++)
        statuses.push((await slow.post("x", "frames", uploadOf("bad"))).status);
      expect(statuses).toEqual([401, 401, 401, 401, 429]);
    } finally {
      await slow.close();
    }
  });

  it("let an address open so many sessions and not one more; behind a proxy it is the client's own", async () => {
    const env = { REELTIME_OPENS_PER_MINUTE: "2", REELTIME_PROXIES: "1" };
    const slow = await startTestServer({ s2, env, clock: () => 1e12 });
    try {
      const from = (address: string) => slow.askOpen({}, { "x-forwarded-for": `6.6.6.6, ${address}` });
      expect((await from("10.0.0.1")).status).toBe(201);
      expect((await from("10.0.0.1")).status).toBe(201);
      expect(await refusal(await from("10.0.0.1"))).toEqual([429, "rate_limited"]);
      expect((await from("10.0.0.2")).status).toBe(201);
    } finally {
      await slow.close();
    }
  });
});

describe("bodies", () => {
  /** A server that reads one body under a limit of its own. */
  async function bodyServer(budget: ByteBudget, idleMs: number, hold: Promise<void> = Promise.resolve()) {
    const heard: { code: string; held: number }[] = [];
    const server = createServer((request, response) => {
      withBody(request, { maxBytes: 1_000, budget, idleMs }, async () => {
        heard.push({ code: "read", held: budget.heldBytes });
        await hold;
      })
        .catch((error: { code: string }) => heard.push({ code: error.code, held: budget.heldBytes }))
        .finally(() => response.end());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const close = () => {
      server.closeAllConnections();
      server.close();
    };
    return { url: `http://127.0.0.1:${port}`, port, heard, close };
  }

  it("are held up to a limit over all requests, and not one byte past it", async () => {
    const budget = new ByteBudget(1_500);
    let release = (): void => {};
    const hold = new Promise<void>((resolve) => {
      release = resolve;
    });
    const server = await bodyServer(budget, 10_000, hold);
    try {
      const first = fetch(server.url, { method: "POST", body: new Uint8Array(1_000) });
      await expect.poll(() => budget.heldBytes).toBe(1_000);
      await fetch(server.url, { method: "POST", body: new Uint8Array(501) });
      expect(server.heard.at(-1)).toEqual({ code: "unavailable", held: 1_000 });
      const last = fetch(server.url, { method: "POST", body: new Uint8Array(500) });
      await expect.poll(() => budget.heldBytes).toBe(1_500);
      release();
      await Promise.all([first, last]);
      expect(budget.heldBytes).toBe(0);
    } finally {
      server.close();
    }
  });

  it("that stall, or break off, are given up and no longer counted", async () => {
    const budget = new ByteBudget(10_000);
    const server = await bodyServer(budget, 30);
    try {
      for (const breakOff of [false, true]) {
        const socket = connect(server.port, "127.0.0.1");
        socket.on("error", () => {});
        socket.write("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 900\r\n\r\nhalf of it");
        if (breakOff) socket.end();
        await expect.poll(() => server.heard.length).toBe(breakOff ? 2 : 1);
        expect(server.heard.at(-1)).toMatchObject({ code: "bad_request" });
        expect(budget.heldBytes).toBe(0);
        socket.destroy();
      }
    } finally {
      server.close();
    }
  });
});

describe("headers", () => {
  it("past their limit are refused", async () => {
    const big = await fetch(`${test.url}/health`, { headers: { "x-big": "x".repeat(MAX_HEADER_BYTES) } });
    expect(big.status).toBe(431);
  });

  it("carry a request's id, a proxy's when it is fit", async () => {
    const idFor = async (given?: string) => {
      const answer = await test.post(
        "x",
        "frames",
        uploadOf("bad"),
        given === undefined ? {} : { "x-request-id": given },
      );
      const { error } = (await answer.json()) as ErrorResponse;
      expect(error.requestId).toBe(answer.headers.get("x-request-id"));
      return error.requestId;
    };
    expect(await idFor("proxy-7")).toBe("proxy-7");
    expect(await idFor("x".repeat(64))).toBe("x".repeat(64));
    expect(await idFor("x".repeat(65))).not.toBe("x".repeat(65));
    expect(await idFor("a b")).not.toBe("a b");
    expect(await idFor()).not.toBe(await idFor());
  });
});

it("an upload's token is bounded", async () => {
  const session = await test.open();
  const body = encodeUpload({
    token: `${session.token}${"A".repeat(1_024)}`,
    sentAtMs: 0,
    frames: [frameOf(0)],
  });
  expect((await test.post(session.sessionId, "frames", body)).status).toBe(401);
});
