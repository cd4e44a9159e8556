/** What every benchmark needs: a server of its own, a table of figures, percentiles. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const json = process.argv.includes("--json");
let missed = 0;

/**
 * Prints one figure beside its target and its peer's.
 * @param {{name: string, value: number, unit: string, target?: number, least?: number, peer?: number, note?: string}} figure
 *   `target` is an upper bound and `least` a lower one; `ok` is null where there is neither.
 */
export function figure({ name, value, unit, target, least, peer, note }) {
  const bound = target ?? least;
  const ok = bound === undefined ? null : target === undefined ? value >= bound : value < bound;
  if (ok === false) missed += 1;
  const rounded = Number(value.toFixed(value < 10 ? 2 : 1));
  if (json) {
    console.log(
      JSON.stringify({ name, value: rounded, unit, target: bound ?? null, ok, peer: peer ?? null }),
    );
    return;
  }
  const parts = [`${name.padEnd(58)} ${String(rounded).padStart(9)} ${unit.padEnd(4)}`];
  if (bound !== undefined) {
    const sign = target === undefined ? ">=" : "<";
    parts.push(
      `target ${sign} ${Number(bound.toFixed(2))} (${(value / bound).toFixed(2)}x) ${ok ? "ok" : "MISSED"}`,
    );
  }
  if (peer !== undefined) parts.push(`peer ${Number(peer.toFixed(2))} (${(value / peer).toFixed(3)}x)`);
  if (note !== undefined) parts.push(note);
  console.log(parts.join("  "));
}

/** Says what is going on, on standard error so that `--json` stays clean. */
export const say = (text) => console.error(text);

/** How many figures missed their target. */
export const missedTargets = () => missed;

/** The value below which `share` of the sorted or unsorted values lie. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/**
 * Starts the built server, with a data folder of its own unless `data` is given.
 * @returns {Promise<{origin: string, data: string, pid: number, signInUrl: string, projectKey: string, readKey: string, stop: () => Promise<void>}>}
 */
export async function startReeltime({
  env = {},
  data = mkdtempSync(join(tmpdir(), "reeltime-bench-")),
} = {}) {
  const child = spawn(process.execPath, [join(root, "server", "dist", "main.js")], {
    env: { ...process.env, PORT: "0", HOST: "127.0.0.1", REELTIME_DATA: data, LOG_LEVEL: "warn", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  const signInUrl = await new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}\n${said}`)));
    child.stdout.on("data", (chunk) => {
      said += chunk;
      const url = /http:\/\/\S+\/sign-in\?code=\S+/.exec(said)?.[0];
      if (url !== undefined && /\/demo/.test(said)) resolve(url);
    });
  });
  const { origin } = new URL(signInUrl);
  const readKey = readFileSync(join(data, "read-key"), "utf8").trim();
  const answer = await fetch(`${origin}/v1/projects`, { headers: { authorization: `Bearer ${readKey}` } });
  const { projects } = await answer.json();
  return {
    origin,
    data,
    pid: child.pid,
    signInUrl,
    readKey,
    projectKey: projects[0].key,
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}
