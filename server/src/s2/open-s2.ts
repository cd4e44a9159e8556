import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { S2Access } from "@reeltime/recorder";
import type { S2Config } from "../config.js";
import type { Log } from "../log.js";
import { StartError } from "../start-error.js";
import { EmbeddedS2 } from "./embedded-s2.js";

/** The S2 that this server uses. */
export interface OpenedS2 {
  readonly access: S2Access;
  /** The process id of an embedded one. */
  readonly pid: () => number | undefined;
  /** Why it will not come back by itself; `undefined` while it may. */
  readonly failure: () => string | undefined;
  close(): Promise<void>;
}

/** Opens what the settings say; an embedded one keeps its data in `s2` below the data folder. Throws `StartError`. */
export async function openS2(config: S2Config, dataDir: string, log: Log): Promise<OpenedS2> {
  if (config.type === "remote") {
    return {
      access: config.access,
      pid: () => undefined,
      failure: () => undefined,
      close: async () => undefined,
    };
  }
  const embedded = await EmbeddedS2.start({ program: findProgram(), dir: join(dataDir, "s2"), log });
  const { endpoint } = embedded;
  return {
    access: {
      basin: config.basin,
      accessToken: "embedded",
      accountEndpoint: endpoint,
      basinEndpoint: endpoint,
    },
    pid: () => embedded.pid,
    failure: () => (embedded.failed ? "the embedded S2 is dead; the server's log says why" : undefined),
    close: () => embedded.close(),
  };
}

/** s2-lite is run, never imported: it is a program that this one uses. */
function findProgram(): string {
  try {
    const entry = createRequire(import.meta.url).resolve("@reeltime/s2-lite");
    // The entry is in `src` where tests run on sources; the program is always the built one.
    return join(dirname(dirname(entry)), "dist", "main.js");
  } catch (cause) {
    throw new StartError("s2", "the embedded S2 is not built: npm run build", { cause });
  }
}
