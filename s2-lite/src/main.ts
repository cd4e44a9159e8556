#!/usr/bin/env node
import { parseProgramConfig } from "./config.js";
import { S2LiteError } from "./errors.js";
import { type S2Lite, startS2Lite } from "./server.js";

/** The program: one line of JSON on standard output once it listens, everything else on standard error. */
async function main(): Promise<void> {
  const config = parseProgramConfig(process.argv.slice(2));
  const log = (message: string) => process.stderr.write(`s2-lite: ${message}\n`);
  const server = await startS2Lite({ dir: config.dir, port: config.port, host: config.host, log });
  const stop = () => void shutDown(server);
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  if (config.parentWatch) {
    process.stdin.once("end", stop).once("error", stop).once("close", stop);
    process.stdin.resume();
  }
  process.stdout.write(`${JSON.stringify({ listening: server.endpoint })}\n`);
}

async function shutDown(server: S2Lite): Promise<void> {
  try {
    await server.close();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`s2-lite: closing failed: ${String(error)}\n`);
    process.exit(1);
  }
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`s2-lite: ${message}\n`);
  // Wrong flags, a folder in use, a port taken: whoever starts it must change something first.
  const expected = error instanceof S2LiteError && ["bad_option", "folder_in_use"].includes(error.code);
  process.exit(expected || (error as NodeJS.ErrnoException).code === "EADDRINUSE" ? 2 : 1);
});
