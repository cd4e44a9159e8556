import { resolve } from "node:path";
import type { ServeConfig } from "../config.js";
import { type S2Lite, startS2Lite } from "../server.js";
import { bytesInWords, countInWords } from "../words.js";

/**
 * Serves a folder until it is told to stop: one line of JSON on standard output once it listens, everything
 * else on standard error. Resolves with the exit code.
 */
export async function serve(config: ServeConfig, log: (line: string) => void): Promise<number> {
  const { dir, port, host, cors } = config;
  if (!isLoopback(host))
    log(`${host} is not a loopback address and there is no authentication: whoever reaches it has the data`);
  const server = await startS2Lite({ dir, port, host, cors, log, onLost: () => process.exit(2) });
  const stopped = toldToStop(config.parentWatch); // before it says that it listens: whoever waits for that may stop it
  log(startLine(dir, server));
  process.stdout.write(`${JSON.stringify({ listening: server.endpoint })}\n`);
  await stopped;
  return close(server, log);
}

/** Whether only programs of this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** What it serves, in one line. */
function startLine(dir: string, { endpoint, opened }: S2Lite): string {
  const { basins, streams, fileBytes, durationMs } = opened;
  const holds = [countInWords(basins, "basin"), countInWords(streams, "stream"), bytesInWords(fileBytes)];
  return `serving ${resolve(dir)} (${holds.join(", ")}) at ${endpoint}, ready after ${Math.ceil(durationMs)} ms`;
}

function toldToStop(parentWatch: boolean): Promise<void> {
  return new Promise((done) => {
    const stop = () => done();
    process.once("SIGTERM", stop);
    process.once("SIGINT", stop);
    if (!parentWatch) return;
    process.stdin.once("end", stop).once("error", stop).once("close", stop);
    process.stdin.resume();
  });
}

async function close(server: S2Lite, log: (line: string) => void): Promise<number> {
  try {
    await server.close();
    return 0;
  } catch (error) {
    log(`closing failed: ${String(error)}`);
    return 1;
  }
}
