import { parseProjectId } from "@reeltime/recorder/protocol";
import type { Clock } from "../clock.js";
import { LOCAL_ORIGINS } from "../http/origins.js";
import type { Control } from "./control.js";
import type { ControlEvent } from "./control-events.js";
import type { DataFolder } from "./data-folder.js";
import { createProjectKey, createReadKey, hashReadKey } from "./keys.js";

/** The project that is there from the first start. */
export const DEFAULT_PROJECT = parseProjectId("default");

/** The read key that lies in the data folder. */
export interface OwnReadKey {
  readonly key: string;
  /** True when this start made it, so that it is printed this once. */
  readonly made: boolean;
}

/**
 * Makes what the first start makes: the project `default`, and this data folder's read key. Two servers that
 * start at once on one S2 make one project. The key is written down before its hash goes into the stream: a crash
 * in between leaves a key that the next start enters.
 */
export async function prepareFirstStart(
  control: Control,
  folder: DataFolder,
  clock: Clock,
): Promise<OwnReadKey> {
  const kept = await folder.readKey();
  const key = kept ?? createReadKey();
  if (kept === undefined) await folder.keepReadKey(key);
  const hash = hashReadKey(key);
  await control.change((state) => {
    const atMs = clock();
    const events: ControlEvent[] = [];
    if (!state.projects.has(DEFAULT_PROJECT)) {
      const project = {
        id: DEFAULT_PROJECT,
        name: "Default",
        key: createProjectKey(),
        origins: LOCAL_ORIGINS,
      };
      events.push({ type: "project-created", atMs, ...project });
    }
    if (!state.readKeyHashes.includes(hash)) events.push({ type: "read-key-created", atMs, hash });
    return events;
  });
  return { key, made: kept === undefined };
}
