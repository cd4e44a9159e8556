import { parentPort, workerData } from "node:worker_threads";
import { createDatabase } from "./database.js";
import type { DatabaseAnswer, DatabaseQuestion } from "./database-client.js";
import { openSqlite } from "./sqlite.js";

/** The catalog's worker: owns the database, answers one question after the other in the order they came. */
const { file } = workerData as { readonly file: string };
const database = createDatabase(openSqlite(file));

parentPort?.on("message", ({ id, name, args }: DatabaseQuestion) => {
  const call = database[name] as (...values: readonly unknown[]) => unknown;
  const answer = (): DatabaseAnswer => {
    try {
      return { id, value: call(...args) };
    } catch (error) {
      return { id, error: error instanceof Error ? error.message : String(error) };
    }
  };
  parentPort?.postMessage(answer());
});
