import { statSync } from "node:fs";
import { join } from "node:path";
import { afterPrefix, Kind } from "../keys/kind.js";
import { TaskKind } from "../keys/task.js";
import type { LmdbStore } from "../store/lmdb-store.js";
import { gauge, type Metric } from "./exposition.js";

/** What is stored, counted when it is asked for. */
export interface StoredCounts {
  readonly basins: number;
  /** Those being deleted among them. */
  readonly streams: number;
}

/** Counts basins and streams: about ten streams a microsecond. */
export function countStored(store: LmdbStore): StoredCounts {
  return { basins: countOf(store, [Kind.basin]), streams: countOf(store, [Kind.stream]) };
}

/** How large the data file of a folder is, in bytes. */
export function fileBytes(dir: string): number {
  return statSync(join(dir, "data.mdb")).size;
}

/** The metrics of a folder and what is stored in it. */
export function storageMetrics(store: LmdbStore, dir: string): Metric[] {
  const { basins, streams } = countStored(store);
  const { pageBytes, pages, livePages } = store.use();
  const tasks = Object.entries(TaskKind).map(([kind, byte]) => ({
    labels: { kind },
    value: countOf(store, [Kind.task, byte]),
  }));
  return [
    gauge("s2_lite_basins", "Basins.", basins),
    gauge("s2_lite_streams", "Streams, those being deleted among them.", streams),
    gauge("s2_lite_file_bytes", "Size of the data file.", fileBytes(dir)),
    gauge("s2_lite_page_bytes", "Size of one page of the data file.", pageBytes),
    gauge("s2_lite_live_pages", "Pages that hold rows or lead to them.", livePages),
    gauge("s2_lite_free_pages", "Pages that are there for what is written next.", pages - livePages),
    {
      name: "s2_lite_background_tasks",
      type: "gauge",
      help: "Work in the background that is left.",
      samples: tasks,
    },
  ];
}

function countOf(store: LmdbStore, prefix: readonly number[]): number {
  const start = Buffer.from(prefix);
  return store.countKeys(start, afterPrefix(start));
}
