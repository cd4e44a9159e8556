/**
 * Sessions recorded at once: each on its own connection, one 2 KB frame a second, at a phase of its own.
 * Latency runs from when a frame was due to its ack, so a stalled server cannot hide behind a waiting client.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { encodeFrame, encodeUpload } from "../../recorder/dist/protocol/page.js";
import { figure, percentile, say, startReeltime } from "./harness.mjs";

const FRAME_BYTES = 2048;
const SECONDS = 20;
const WARM_UP_SECONDS = 5;

/** Runs the load against a server of its own and prints its figures. */
export async function benchLoad(counts = [500, 1000, 2500]) {
  for (const count of counts) {
    const server = await startReeltime({
      env: { REELTIME_OPENS_PER_MINUTE: "1000000", REELTIME_ADDRESS_UPLOADS_PER_SECOND: "1000000" },
    });
    try {
      say(`${count} sessions for ${SECONDS} s …`);
      const result = await generator(server, count);
      const bound = count === 2500 ? { target: 250 } : {};
      figure({ name: `${count} sessions: ack p50`, value: result.p50, unit: "ms" });
      figure({ name: `${count} sessions: ack p99`, value: result.p99, unit: "ms", ...bound });
      figure({ name: `${count} sessions: errors`, value: result.errors, unit: "", target: 1 });
      figure({
        name: `${count} sessions: frames acked after the next was due`,
        value: result.late,
        unit: "",
        target: 1,
      });
      const memory = [server.pid, ...childrenOf(server.pid)].map(residentMb);
      figure({ name: `${count} sessions: memory of the server`, value: memory[0] ?? 0, unit: "MB" });
      if (memory[1] !== undefined)
        figure({ name: `${count} sessions: memory of s2-lite (anonymous)`, value: memory[1], unit: "MB" });
    } finally {
      await server.stop();
    }
  }
}

/** The generator is a process of its own, so that it does not slow what it measures more than it must. */
async function generator(server, count) {
  const args = [fileURLToPath(import.meta.url), "generate", server.origin, server.projectKey, String(count)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  for await (const chunk of child.stdout) out += chunk;
  return JSON.parse(out);
}

/** Anonymous memory: resident pages of a mapped file are the kernel's cache, not the process's need. */
function residentMb(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/RssAnon:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

function childrenOf(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .trim()
    .split(" ")
    .filter(Boolean)
    .map(Number);
}

/** A connection that posts one body after another and reads the status and JSON of each answer. */
class Connection {
  #socket;
  #buffer = Buffer.alloc(0);
  #waiting = [];
  #head;

  constructor(origin) {
    const { hostname, port, host } = new URL(origin);
    this.#head = `Host: ${host}\r\nContent-Type: text/plain\r\n`;
    this.#socket = connect(Number(port), hostname);
    this.#socket.setNoDelay(true);
    this.#socket.on("data", (chunk) => this.#read(chunk));
    this.#socket.on("error", () => {});
    this.#socket.on("close", () => {
      for (const resolve of this.#waiting.splice(0)) resolve({ status: 0, json: {} });
    });
  }

  post(path, body) {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#socket.cork();
      this.#socket.write(
        `POST ${path} HTTP/1.1\r\n${this.#head}Content-Length: ${body.length}\r\n\r\n`,
        "latin1",
      );
      this.#socket.write(body);
      this.#socket.uncork();
    });
  }

  #read(chunk) {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const end = this.#buffer.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = this.#buffer.latin1Slice(0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (this.#buffer.length < end + 4 + length) return;
      const json = JSON.parse(this.#buffer.utf8Slice(end + 4, end + 4 + length) || "{}");
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#waiting.shift()?.({ status: Number(head.slice(9, 12)), json });
    }
  }

  end() {
    this.#socket.destroy();
  }
}

async function generate(origin, key, count) {
  const body = new Uint8Array(FRAME_BYTES - 120);
  for (let index = 0; index < body.length; index++) body[index] = (index * 197) % 256;
  const sessions = [];
  let next = 0;
  const opener = async () => {
    while (next < count) {
      const index = next++;
      const connection = new Connection(origin);
      const request = { key, sentAtMs: Date.now(), client: { sdk: "load/1", url: "https://shop.example/" } };
      const { status, json } = await connection.post("/v1/sessions", Buffer.from(JSON.stringify(request)));
      if (status !== 201) throw new Error(`open answered ${status} ${JSON.stringify(json)}`);
      sessions.push({
        connection,
        id: json.sessionId,
        token: json.token,
        writer: `writer-${index}`.padEnd(12, "0"),
        number: 0,
      });
    }
  };
  await Promise.all(Array.from({ length: 32 }, opener));

  const waits = [];
  let errors = 0;
  let late = 0;
  const begin = performance.now() + 500;
  const measureFrom = begin + WARM_UP_SECONDS * 1000;
  const until = measureFrom + SECONDS * 1000;
  const send = async (session, due) => {
    const now = Date.now();
    const frame = encodeFrame({
      writer: session.writer,
      number: session.number++,
      window: "window-0001",
      kind: "dom",
      firstMs: now - 900,
      lastMs: now,
      inputMs: now - 500,
      checkout: session.number === 1,
      codec: "deflate-raw",
      keyId: undefined,
      events: 12,
      rawBytes: 20_000,
      facts: [],
      lost: undefined,
      body,
    });
    const upload = encodeUpload({ token: session.token, sentAtMs: now, frames: [frame] });
    const { status, json } = await session.connection.post(`/v1/sessions/${session.id}/frames`, upload);
    const waited = performance.now() - due;
    if (json.token) session.token = json.token;
    if (due < measureFrom) return;
    if (status !== 200) errors += 1;
    if (waited > 1000) late += 1;
    waits.push(waited);
  };
  await Promise.all(
    sessions.map(async (session, index) => {
      for (let due = begin + (index / count) * 1000; due < until; due += 1000) {
        const wait = due - performance.now();
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        await send(session, due);
      }
    }),
  );
  for (const { connection } of sessions) connection.end();
  console.log(JSON.stringify({ p50: percentile(waits, 0.5), p99: percentile(waits, 0.99), errors, late }));
}

if (process.argv[2] === "generate") {
  const [, , , origin, key, count] = process.argv;
  await generate(origin, key, Number(count));
}
