#!/usr/bin/env node
import { readConfig } from "./config.js";
import { createLog } from "./log.js";
import { type RunningServer, startServer } from "./server.js";
import { StartError } from "./start-error.js";

/** The program: says where to go on standard output, logs on standard error, ends cleanly on SIGTERM and SIGINT. */
async function main(): Promise<void> {
  const config = readConfig(process.env, process.cwd());
  const log = createLog(config.logLevel);
  // Asked to end while it starts, there is nothing to finish: what is durable is, and the embedded S2 ends with us.
  const endAtOnce = (): void => process.exit(0);
  process.once("SIGTERM", endAtOnce).once("SIGINT", endAtOnce);
  const server = await startServer(config, { log });
  process.off("SIGTERM", endAtOnce).off("SIGINT", endAtOnce);

  let ending = false;
  const end = (signal: string): void => {
    if (ending) process.exit(1);
    ending = true;
    log.info(`${signal}: finishing what is under way`);
    void server.close().then(() => process.exit(0));
  };
  process.on("SIGTERM", end).on("SIGINT", end);
  process.stdout.write(greeting(server));
}

function greeting({ signInUrl, demoUrl, dataDir, projectKey, readKey, readKeyMade }: RunningServer): string {
  const key = readKeyMade
    ? `\n  Read key   ${readKey}\n             for the API and for signing in again; also in ${dataDir}/read-key\n`
    : "";
  return `
  Reeltime is running.

  Dashboard  ${signInUrl}
             signs this browser in, once
  Demo       ${demoUrl}
             a shop that records itself: open both, side by side
  Recordings ${dataDir}
  Key        ${projectKey}
             the project's, and public: pages and apps record with it, and can read nothing
${key}
`;
}

main().catch((error: unknown) => {
  const known = error instanceof StartError;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    known ? `reeltime: ${message}\n` : `reeltime: ${error instanceof Error ? error.stack : message}\n`,
  );
  process.exit(known ? error.exitCode : 1);
});
