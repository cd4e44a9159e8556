/** The server a demo goes to: one that runs, or one of its own. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Milliseconds a server has to answer. */
const ANSWER_MS = 3_000;

/** Whether a Reeltime server answers there. */
export async function isRunning(origin) {
  try {
    const answer = await fetch(`${origin}/health`, { signal: AbortSignal.timeout(ANSWER_MS) });
    return answer.ok;
  } catch {
    return false;
  }
}

/** Starts the built server as `npm start` does; it says itself where to go. Resolves when it has. */
export function startServer() {
  const child = spawn(process.execPath, [join(root, "server", "dist", "main.js")], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { LOG_LEVEL: "warn", ...process.env },
  });
  let said = "";
  const ready = new Promise((go, fail) => {
    child.once("exit", (code) => fail(new Error(`The server ended with ${code}.`)));
    child.stdout.on("data", (chunk) => {
      process.stdout.write(chunk);
      said += chunk;
      const url = /http:\/\/\S+\/sign-in\?code=\S+/.exec(said)?.[0];
      if (url !== undefined && said.includes("/demo")) go(new URL(url).origin);
    });
  });
  return ready.then((origin) => ({
    origin,
    async stop() {
      const ended = new Promise((go) => child.once("exit", go));
      child.kill("SIGTERM");
      await ended;
    },
  }));
}

/** The project's public key, asked for with the read key in the server's data folder; `undefined` when there is none. */
export async function projectKeyOf(origin) {
  const file = join(resolve(process.env.REELTIME_DATA ?? join(root, "data")), "read-key");
  if (!existsSync(file)) return undefined;
  const answer = await fetch(`${origin}/v1/projects`, {
    headers: { authorization: `Bearer ${readFileSync(file, "utf8").trim()}` },
  });
  if (!answer.ok) return undefined;
  const { projects } = await answer.json();
  return projects[0]?.key;
}
