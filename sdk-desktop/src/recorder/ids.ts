import { randomBytes } from "node:crypto";
import type { WindowId, WriterId } from "@reeltime/recorder/protocol";

/** An id that the protocol takes for windows and for writers: 20 of its characters, 120 random bits. */
export const createId = (): WindowId & WriterId =>
  randomBytes(15).toString("base64url") as WindowId & WriterId;
