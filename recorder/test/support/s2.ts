import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startS2Lite } from "@reeltime/s2-lite";
import { startS2 } from "../../../scripts/s2-program.mjs";
import type { ProjectId } from "../../src/protocol/index.js";
import { createRecorder, type RecorderOptions } from "../../src/recorder.js";
import type { Recorder, S2Access } from "../../src/types.js";

export const PROJECT = "demo" as ProjectId;
export const CLIENT = { sdk: "test/1" } as const;

/** S2's own program, when the tests are to run on it (`npm run test:s2`) and not on ours. */
const S2_PROGRAM = process.env.REELTIME_TEST_S2;

const start = (dir: string, port = 0) =>
  S2_PROGRAM === undefined
    ? startS2Lite({ dir, port })
    : startS2({ s2: S2_PROGRAM, dir, ...(port === 0 ? {} : { port }) });

/** An S2 of its own for one test file, and recorders on it. */
export interface TestS2 {
  readonly access: S2Access;
  /** A recorder, as one server process has it; drained at the end. */
  recorder(options?: Partial<RecorderOptions>): Recorder;
  /** Stops S2 and starts it again on the same data and port. */
  restart(whileDown?: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** Starts S2 in a temporary folder. */
export async function startTestS2(): Promise<TestS2> {
  const dir = await mkdtemp(join(tmpdir(), "recorder-test-"));
  let s2 = await start(dir);
  const { endpoint, port } = s2;
  const access: S2Access = {
    basin: "reeltime-test",
    accessToken: "test",
    accountEndpoint: endpoint,
    basinEndpoint: endpoint,
  };
  const recorders: Recorder[] = [];
  const recorder = (options: Partial<RecorderOptions> = {}): Recorder => {
    const made = createRecorder({ s2: access, serverId: `server-${recorders.length}`, ...options });
    recorders.push(made);
    return made;
  };
  await recorder().ready();
  return {
    access,
    recorder,
    restart: async (whileDown) => {
      await s2.close();
      await whileDown?.();
      s2 = await start(dir, port);
    },
    close: async () => {
      await Promise.all(recorders.map((made) => made.drain()));
      await s2.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
