import type { Recorder } from "@reeltime/recorder";
import { decodeFrame, type SessionDetail, type SessionRef, type WindowId } from "@reeltime/recorder/protocol";
import { MAX_WINDOWS_LOOKED_AT } from "./limits.js";

/** Whether a session has pictures that can be shown: `sealed` with a key that the server has not, or none at all. */
export type Pictures = "some" | "sealed" | "none";

/**
 * Looks whether a window of a session, or any of them, shows a screen: a window that does begins with a checkout of kind
 * `screen`, so its first one says it. One read for each window until one does; no body is opened. Throws `RecorderError`.
 */
export async function picturesOf(
  recorder: Pick<Recorder, "read">,
  session: SessionRef,
  { checkouts }: Pick<SessionDetail, "checkouts">,
  window: WindowId | undefined,
): Promise<Pictures> {
  const first = new Map<WindowId, number>();
  for (const checkout of checkouts) {
    const { seqNum } = checkout;
    if (window !== undefined && checkout.window !== window) continue;
    first.set(checkout.window, Math.min(seqNum, first.get(checkout.window) ?? seqNum));
  }
  let found: Pictures = "none";
  for (const seqNum of [...first.values()].slice(0, MAX_WINDOWS_LOOKED_AT)) {
    const page = await recorder.read(session, { fromSeqNum: seqNum, toSeqNum: seqNum + 1, maxBytes: 1 });
    const frame = page?.frames[0];
    if (frame === undefined) continue;
    const { kind, keyId } = decodeFrame(frame.bytes);
    if (kind !== "screen") continue;
    if (keyId === undefined) return "some";
    found = "sealed";
  }
  return found;
}
