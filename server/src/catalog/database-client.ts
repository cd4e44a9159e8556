import { Worker } from "node:worker_threads";
import { CatalogError } from "./catalog-error.js";
import type { DatabaseCalls } from "./database-calls.js";
import { findWorkerEntry, type WorkerEntry } from "./worker-entry.js";

/** One question to the worker. */
export interface DatabaseQuestion {
  readonly id: number;
  readonly name: keyof DatabaseCalls;
  readonly args: readonly unknown[];
}

/** Its answer. */
export type DatabaseAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: CatalogError) => void;
}

/**
 * Asks the database in its worker. Questions are answered in the order they were asked, so a question sees every
 * write that was sent before it. A worker that ended unasked is started again by the next question.
 * Every call may throw `CatalogError`.
 */
export class DatabaseClient {
  readonly #file: string;
  readonly #entry: WorkerEntry;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #nextId = 0;
  #closed = false;

  constructor(file: string, entry: WorkerEntry) {
    this.#file = file;
    this.#entry = entry;
  }

  /** Opens the database's file, which is made when it is missing. */
  static async open(file: string): Promise<DatabaseClient> {
    return new DatabaseClient(file, await findWorkerEntry());
  }

  /** Asks one question. */
  call<Name extends keyof DatabaseCalls>(
    name: Name,
    ...args: Parameters<DatabaseCalls[Name]>
  ): Promise<ReturnType<DatabaseCalls[Name]>> {
    if (this.#closed) return Promise.reject(new CatalogError("closed", "the catalog is closed"));
    const worker = this.#worker ?? this.#start();
    const id = this.#nextId++;
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, name, args } satisfies DatabaseQuestion);
    }) as Promise<ReturnType<DatabaseCalls[Name]>>;
  }

  /** Closes the file and ends the worker, after all that was asked before. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (this.#closed || worker === undefined) {
      this.#closed = true;
      return;
    }
    const closing = this.call("close");
    this.#closed = true;
    // A worker that died on the way has closed the file too.
    await closing.catch(() => undefined);
    await worker.terminate();
  }

  #start(): Worker {
    const options = { workerData: { file: this.#file } };
    const worker =
      this.#entry.type === "file"
        ? new Worker(this.#entry.url, options)
        : new Worker(this.#entry.code, { ...options, eval: true });
    let cause: unknown;
    worker.on("message", (answer: DatabaseAnswer) => this.#answered(answer));
    worker.on("error", (error) => {
      cause = error;
    });
    worker.on("exit", () => {
      if (this.#worker === worker) this.#worker = undefined;
      const error = new CatalogError("unavailable", "the catalog's worker ended", { cause });
      for (const waiting of this.#waiting.values()) waiting.reject(error);
      this.#waiting.clear();
    });
    this.#worker = worker;
    return worker;
  }

  #answered(answer: DatabaseAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ("error" in answer) waiting?.reject(new CatalogError("unavailable", answer.error));
    else waiting?.resolve(answer.value);
  }
}
