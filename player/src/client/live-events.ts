import type { ErrorCode, SessionId, SessionItem, StoredFrame } from "@reeltime/recorder/protocol";
import type { ServerEvent } from "./event-stream.js";

/** A live event with its frames as bytes. */
export type ReadLiveEvent =
  | { readonly type: "frames"; readonly session: SessionId; readonly frames: readonly StoredFrame[] }
  | { readonly type: "caught-up"; readonly session: SessionId; readonly tail: number }
  | { readonly type: "session"; readonly session: SessionItem }
  | {
      readonly type: "list";
      readonly changed: readonly SessionItem[];
      readonly removed: readonly SessionId[];
    }
  | { readonly type: "refused"; readonly session: SessionId; readonly code: ErrorCode };

interface WireFrame {
  readonly seqNum: number;
  readonly timestampMs: number;
  readonly offsetMs: number;
  readonly data: string;
}

/** Reads one event; `undefined` for a name this build does not know. Throws when its data is no JSON or no base64. */
export function readLiveEvent({ type, data }: ServerEvent): ReadLiveEvent | undefined {
  switch (type) {
    case "frames": {
      const value = JSON.parse(data) as { session: SessionId; frames: readonly WireFrame[] };
      const frames = value.frames.map(({ seqNum, timestampMs, offsetMs, data: body }) => ({
        seqNum,
        timestampMs,
        offsetMs,
        bytes: fromBase64(body),
      }));
      return { type, session: value.session, frames };
    }
    case "caught-up":
    case "session":
    case "list":
    case "refused":
      return { type, ...JSON.parse(data) } as ReadLiveEvent;
    default:
      return undefined;
  }
}

function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
