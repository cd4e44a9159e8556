/**
 * A server as a process of its own whose clock is set from outside, for trials that live through days and watch its
 * memory alone. Started by `startClockedServer`; speaks with it over the process channel.
 */
import { startS2Lite } from "../../src/index.js";

/** What may be asked of it. */
export type ClockedRequest = { readonly nowMs: number } | { readonly collect: true };

const [dir = ""] = process.argv.slice(2);
let nowMs = Number(process.argv[3]);

process.on("message", (request: ClockedRequest) => {
  if ("nowMs" in request) nowMs = request.nowMs;
  else (globalThis as { gc?: () => void }).gc?.();
  process.send?.({ done: true });
});
process.on("disconnect", () => process.exit(0)); // nobody is left to use it

const server = await startS2Lite({
  dir,
  now: () => nowMs,
  emptyCheckMs: () => 500,
  log: (message) => process.stderr.write(`${message}\n`),
});
process.send?.({ listening: server.endpoint });
