import type { Leftover } from "@reeltime/recorder/uploader";
import { keep, readKept } from "./storage.js";

/** Pages whose frames wait in one tab at the most; older ones were refused by the network that often. */
const MAX_LEFTOVERS = 4;

interface Kept extends Omit<Leftover, "frames"> {
  readonly frames: readonly string[];
}

const read = (key: string): readonly Kept[] => (readKept("sessionStorage", key) ?? []) as readonly Kept[];

/** What earlier pages of this tab could not send, oldest first. */
export const readStash = (key: string): readonly Leftover[] =>
  read(key).map((kept) => ({
    ...kept,
    frames: kept.frames.map((text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0))),
  }));

/** Keeps what waits for this tab's next load. False when there is no room for it. */
export const keepStash = (key: string, leftovers: readonly Leftover[]): boolean =>
  keep(
    "sessionStorage",
    key,
    leftovers.length > 0
      ? leftovers
          .slice(-MAX_LEFTOVERS)
          .map((leftover) => ({ ...leftover, frames: leftover.frames.map(base64) }))
      : undefined,
  );

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
