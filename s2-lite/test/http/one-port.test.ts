import * as net from "node:net";
import { describe, expect, it } from "vitest";
import { MAX_DISCARDED_BYTES } from "../../src/limits.js";
import { exchangeBytes, H2Call, h1, h2connect } from "../support/raw.js";
import { startTestServer } from "../support/server.js";

describe("one port", () => {
  it("speaks HTTP/1.1 and HTTP/2, told apart by the first bytes, however these come", async () => {
    const { endpoint } = await startTestServer();
    expect((await h1(endpoint, { path: "/health" })).text).toBe("OK");
    const call = new H2Call(h2connect(endpoint), "/ping");
    await call.until((one) => one.ended);
    expect([call.status, call.bytes.toString()]).toEqual([200, "OK"]);
    const bytewise = "GET /health HTTP/1.1\r\nhost: x\r\n\r\n".split("");
    expect(await exchangeBytes(endpoint, bytewise, (text) => text.endsWith("OK"))).toContain("200 OK");
    const preface = ["PRI", " * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\0\0\0\x04\0\0\0\0\0"];
    const settings = await exchangeBytes(endpoint, preface, (text) => text.length >= 9);
    expect(settings.charCodeAt(3)).toBe(4); // a SETTINGS frame
    const post = ["P", "OST /nowhere HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n"];
    expect(await exchangeBytes(endpoint, post, (text) => text.includes("\r\n\r\n"))).toContain("404");
  });

  it("keeps a connection for several requests, also after one was refused with its body unread", async () => {
    const { endpoint } = await startTestServer();
    const bad = `POST /v1/basins HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nhello`;
    const good = "GET /health HTTP/1.1\r\nhost: x\r\n\r\n";
    const text = await exchangeBytes(endpoint, [bad + good], (seen) => seen.endsWith("OK"));
    expect(text).toContain("bad_json");
    expect(text).toContain("200 OK");
  });
});

describe("a client that goes on and on, though it has its answer", () => {
  it("loses the connection after a mebibyte, and not before", async () => {
    const { endpoint } = await startTestServer();
    const { hostname, port } = new URL(endpoint);
    const socket = net.connect(Number(port), hostname);
    const head = "POST /v1/basins HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
    const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined); // it is cut while it writes
    socket.write(head);
    let answer = "";
    await new Promise<void>((resolve) =>
      socket.on("data", (data) => {
        answer += data.toString();
        if (answer.includes("bad_json")) resolve();
      }),
    );
    for (let sent = 0; sent < 16; sent++) socket.write(chunk);
    await new Promise<void>((resolve) => socket.write("1\r\nx\r\n", () => resolve()));
    const endless = setInterval(() => socket.write(chunk), 1);
    await closed;
    clearInterval(endless);
    expect(socket.bytesWritten).toBeGreaterThan(MAX_DISCARDED_BYTES);
  });
});
