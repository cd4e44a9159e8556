import { S2LiteError } from "../errors.js";
import { type BasinRow, decodeBasinKey, decodeBasinRow } from "./basin.js";
import { type Batch, decodeBatchKey, decodeBatchRow } from "./batch.js";
import {
  decodeEmptyCheckKey,
  decodeEmptyCheckOfKey,
  decodeEmptyCheckOfRow,
  decodeEmptyCheckRow,
  type EmptyCheckOfRow,
  type EmptyCheckRow,
} from "./empty-check.js";
import {
  decodeExpiryKey,
  decodeExpiryOfKey,
  decodeExpiryOfRow,
  decodeExpiryRow,
  type ExpiryKey,
  type ExpiryOfRow,
  type ExpiryRow,
} from "./expiry.js";
import { verifyJsonRow } from "./json-row.js";
import { Kind } from "./kind.js";
import { decodeMarkKey, decodeMarkRow, type MarkRow } from "./mark.js";
import { decodeMetaRow, META_KEY, type MetaRow } from "./meta.js";
import { decodeOwnerKey, decodeOwnerRow, type OwnerRow } from "./owner.js";
import { decodeStreamKey, decodeStreamRow, type StreamRow } from "./stream.js";
import { decodeTaskKey, decodeTaskRow, type TaskRow } from "./task.js";

/** A row of any kind, with what its key says. */
export type AnyRow =
  | { readonly kind: "meta"; readonly row: MetaRow }
  | { readonly kind: "basin"; readonly name: string; readonly row: BasinRow }
  | { readonly kind: "stream"; readonly basinId: number; readonly name: string; readonly row: StreamRow }
  | { readonly kind: "mark"; readonly streamId: number; readonly row: MarkRow }
  | { readonly kind: "batch"; readonly streamId: number; readonly row: Batch }
  | { readonly kind: "task"; readonly task: number; readonly id: number; readonly row: TaskRow }
  | { readonly kind: "owner"; readonly epoch: number; readonly row: OwnerRow }
  | { readonly kind: "expiry"; readonly group: ExpiryKey; readonly row: ExpiryRow }
  | {
      readonly kind: "emptyCheck";
      readonly dueMs: number;
      readonly streamId: number;
      readonly row: EmptyCheckRow;
    }
  | { readonly kind: "emptyCheckOf"; readonly streamId: number; readonly row: EmptyCheckOfRow }
  | {
      readonly kind: "expiryOf";
      readonly streamId: number;
      readonly first: number;
      readonly row: ExpiryOfRow;
    };

/** Lengths of the keys of kinds that have one length. */
const KEY_BYTES: Readonly<Record<number, number>> = {
  [Kind.mark]: 9,
  [Kind.batch]: 17,
  [Kind.task]: 10,
  [Kind.owner]: 9,
  [Kind.expiry]: 25,
  [Kind.emptyCheck]: 17,
  [Kind.emptyCheckOf]: 9,
  [Kind.expiryOf]: 17,
};

/** Decodes a row of any kind. Throws `storage` when it is damaged, or of a kind there is not. */
export function decodeAnyRow(key: Buffer, value: Buffer): AnyRow {
  const kind = key[0] as (typeof Kind)[keyof typeof Kind] | undefined;
  if (key.length !== (KEY_BYTES[kind ?? 0] ?? key.length)) throw unknownRow();
  switch (kind) {
    case Kind.meta:
      if (!key.equals(META_KEY)) throw unknownRow();
      return { kind: "meta", row: decodeMetaRow(value) };
    case Kind.basin:
      return { kind: "basin", name: decodeBasinKey(key), row: decodeBasinRow(key, value) };
    case Kind.stream:
      return { kind: "stream", ...decodeStreamKey(key), row: decodeStreamRow(key, value) };
    case Kind.mark:
      return { kind: "mark", streamId: decodeMarkKey(key), row: decodeMarkRow(key, value) };
    case Kind.batch:
      return { kind: "batch", streamId: decodeBatchKey(key).streamId, row: decodeBatchRow(key, value) };
    case Kind.task: {
      const { kind: task, id } = decodeTaskKey(key);
      return { kind: "task", task, id, row: decodeTaskRow(key, value) };
    }
    case Kind.owner:
      return { kind: "owner", epoch: decodeOwnerKey(key), row: decodeOwnerRow(key, value) };
    case Kind.expiry:
      return { kind: "expiry", group: decodeExpiryKey(key), row: decodeExpiryRow(key, value) };
    case Kind.expiryOf:
      return { kind: "expiryOf", ...decodeExpiryOfKey(key), row: decodeExpiryOfRow(key, value) };
    case Kind.emptyCheck:
      return { kind: "emptyCheck", ...decodeEmptyCheckKey(key), row: decodeEmptyCheckRow(key, value) };
    case Kind.emptyCheckOf: {
      const streamId = decodeEmptyCheckOfKey(key);
      return { kind: "emptyCheckOf", streamId, row: decodeEmptyCheckOfRow(key, value) };
    }
    case undefined:
      throw unknownRow();
    default:
      return unknownKind(kind);
  }
}

/** Throws `storage` when a row of any kind is damaged: as `decodeAnyRow`, and three times as fast. */
export function verifyAnyRow(key: Buffer, value: Buffer): void {
  const kind = key[0] ?? 0;
  if (kind === Kind.mark || kind === Kind.batch || key.length !== (KEY_BYTES[kind] ?? key.length))
    decodeAnyRow(key, value);
  else verifyJsonRow(key, value);
}

/** Which row a key is of, in words. */
export function describeKey(key: Buffer): string {
  switch (key[0]) {
    case Kind.meta:
      return "the row that describes the folder";
    case Kind.basin:
      return `the row of basin ${JSON.stringify(decodeBasinKey(key))}`;
    case Kind.stream:
      if (key.length < 9) break;
      return `the row of stream ${JSON.stringify(decodeStreamKey(key).name)}`;
    case Kind.mark:
      if (key.length < 9) break;
      return `the marks of the stream with id ${decodeMarkKey(key)}`;
    case Kind.batch: {
      if (key.length < 17) break;
      const { streamId, seqNum } = decodeBatchKey(key);
      return `the batch at record ${seqNum} of the stream with id ${streamId}`;
    }
    case Kind.task:
      return "a row of work in the background";
    case Kind.owner:
      return "the row of who has the folder";
    case Kind.expiry:
    case Kind.expiryOf:
      return "a row of when records expire";
    case Kind.emptyCheck:
    case Kind.emptyCheckOf:
      return "a row of when a stream is checked for being empty";
    case undefined:
      break;
  }
  return `a row with the key ${key.toString("hex", 0, 24)}`;
}

function unknownKind(_kind: never): never {
  throw unknownRow();
}

function unknownRow(): S2LiteError {
  return new S2LiteError("storage", "a row is of a kind that this version does not know");
}
