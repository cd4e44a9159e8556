/** An app that records with the built SDK, and somebody who watches it. */
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../harness.mjs";

const OPEN_MS = 30_000;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Starts the app of the tests on a display and records it.
 * @param {{origin: string, projectKey: string}} server
 * @param {NodeJS.ProcessEnv} env
 * @param {object} options of the recorder
 */
export async function recordApp(server, env, options) {
  const folder = mkdtempSync(join(tmpdir(), "reeltime-bench-app-"));
  const child = fork(join(root, "sdk-desktop", "test", "support", "host-app.mjs"), [], {
    env,
    serialization: "advanced",
    execArgv: [],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const waiting = new Map();
  let last = 0;
  child.on("message", ({ id, result, error, trouble }) => {
    if (trouble !== undefined)
      process.stderr.write(`  the app is told: ${trouble.code} ${trouble.message}\n`);
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(error));
  });
  const ask = (name, value) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      child.send({ id: last, name, value });
    });
  await new Promise((resolve) => child.once("message", resolve));
  const { projectKey, origin: apiHost } = server;
  await ask("create", { projectKey, apiHost, spoolFolder: join(folder, "spool"), ...options });
  await ask("call", { method: "start", args: [] });
  const deadline = Date.now() + OPEN_MS;
  let url;
  while (url === undefined) {
    if (Date.now() > deadline) throw new Error("no session was opened");
    await sleep(50);
    url = await ask("url");
  }
  return {
    pid: child.pid,
    url,
    sessionId: new URL(url).pathname.split("/").at(-1),
    status: () => ask("status"),
    async stop() {
      await ask("call", { method: "stop", args: [] });
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.disconnect();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Watches a session as the dashboard does, without drawing it. Resolves, once it flows, to how to stop. */
export async function watch(server, sessionId) {
  const controller = new AbortController();
  const answer = await fetch(`${server.origin}/v1/live?sessions=${sessionId}`, {
    headers: { authorization: `Bearer ${server.readKey}` },
    signal: controller.signal,
  });
  if (!answer.ok) throw new Error(`live answered ${answer.status}`);
  const read = (async () => {
    for await (const _ of answer.body);
  })();
  read.catch(() => {});
  return () => controller.abort();
}

/** Bytes of a session's stream, as its frames are stored. */
export async function bytesOf(server, sessionId) {
  const answer = await fetch(`${server.origin}/v1/sessions/${sessionId}`, {
    headers: { authorization: `Bearer ${server.readKey}` },
  });
  const { counts } = await answer.json();
  return counts.bytes;
}
