import { ProtocolError } from "./errors.js";

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** What keys and policies belong to: 1 to 32 of `a-z0-9-`, first and last a letter or digit. */
export type ProjectId = Branded<"ProjectId">;
/** One user's visit or run: a UUIDv7 made by the server, lower case. Its first 48 bits are its start in epoch ms. */
export type SessionId = Branded<"SessionId">;
/** One tab, display or app window: 8 to 32 of `A-Za-z0-9_-`, made by the SDK. */
export type WindowId = Branded<"WindowId">;
/** One SDK instance (a page load, a process): 8 to 32 of `A-Za-z0-9_-`, made by the SDK. */
export type WriterId = Branded<"WriterId">;

/** Names one session: project and id give the stream's name without a look-up. */
export interface SessionRef {
  readonly project: ProjectId;
  readonly sessionId: SessionId;
}

const PROJECT = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;
const SESSION = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const TOKEN = /^[A-Za-z0-9_-]{8,32}$/;

const is = (pattern: RegExp, value: unknown): boolean => typeof value === "string" && pattern.test(value);

/** Tests for a project's id. */
export const isProjectId = (value: unknown): value is ProjectId => is(PROJECT, value);
/** Tests for a session's id. */
export const isSessionId = (value: unknown): value is SessionId => is(SESSION, value);
/** Tests for a window's id. */
export const isWindowId = (value: unknown): value is WindowId => is(TOKEN, value);
/** Tests for a writer's id. */
export const isWriterId = (value: unknown): value is WriterId => is(TOKEN, value);

/** Reads a project's id. Throws `ProtocolError` `invalid`. */
export function parseProjectId(value: unknown): ProjectId {
  if (isProjectId(value)) return value;
  throw new ProtocolError("invalid", "not a project id");
}

/** Reads a session's id. Throws `ProtocolError` `invalid`. */
export function parseSessionId(value: unknown): SessionId {
  if (isSessionId(value)) return value;
  throw new ProtocolError("invalid", "not a session id");
}

/**
 * Makes a session's id (UUIDv7, RFC 9562): 48 bits of `nowMs`, then 74 of `random`.
 * Throws `ProtocolError` `invalid` for a time that it cannot hold.
 * @param nowMs epoch milliseconds, 0 to 2^48-1
 * @param random at least 10 random bytes
 */
export function createSessionId(nowMs: number, random: Uint8Array): SessionId {
  if (!(nowMs >= 0 && nowMs < 2 ** 48)) throw new ProtocolError("invalid", "no time for a session id");
  const time = Math.floor(nowMs).toString(16).padStart(12, "0");
  const byte = (index: number): number => random[index] ?? 0;
  const hex = (index: number, and = 0xff, or = 0): string =>
    ((byte(index) & and) | or).toString(16).padStart(2, "0");
  const tail = [4, 5, 6, 7, 8, 9].map((index) => hex(index)).join("");
  const id = `${time.slice(0, 8)}-${time.slice(8, 12)}-${hex(0, 0x0f, 0x70)}${hex(1)}-${hex(2, 0x3f, 0x80)}${hex(3)}-${tail}`;
  return parseSessionId(id);
}

/** The start of a session in epoch ms, read from its id. */
export const sessionStartMs = (id: SessionId): number =>
  Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
