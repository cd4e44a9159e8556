import { readU64, writeU64 } from "../wire/u64.js";
import { decodeJsonRow, encodeJsonRow } from "./json-row.js";
import { Kind } from "./kind.js";

/** Kinds of work in the background, by the byte in their key. */
export const TaskKind = { trim: 1, deleteStream: 2, deleteBasin: 3 } as const;
/** A kind of work in the background. */
export type TaskKind = (typeof TaskKind)[keyof typeof TaskKind];

/** What a task needs to find its stream or basin again after a restart. */
export interface TaskRow {
  readonly basin: string;
  readonly basinId: number;
  /** Absent when the task is about a whole basin. */
  readonly stream: string | null;
}

/** The key of a task: at most one of a kind for one id. */
export function encodeTaskKey(kind: TaskKind, id: number): Buffer {
  const key = Buffer.allocUnsafe(10);
  key[0] = Kind.task;
  key[1] = kind;
  writeU64(key, id, 2);
  return key;
}

/** The kind and the id in a task's key. */
export function decodeTaskKey(key: Buffer): { kind: number; id: number } {
  return { kind: key[1] ?? 0, id: readU64(key, 2) };
}

/** Encodes a task's row. */
export function encodeTaskRow(key: Buffer, row: TaskRow): Buffer {
  return encodeJsonRow(key, row);
}

/** Decodes a task's row. Throws `storage` when it is damaged. */
export function decodeTaskRow(key: Buffer, bytes: Buffer): TaskRow {
  return decodeJsonRow(key, bytes);
}
