import type { LiveEvent, StoredFrame } from "@reeltime/recorder/protocol";

/** A frame as it stands in a `frames` event: JSON with the bytes in base64. Made once, sent to every viewer. */
export function frameJson({ seqNum, timestampMs, offsetMs, bytes }: StoredFrame): Buffer {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  return Buffer.from(
    `{"seqNum":${seqNum},"timestampMs":${timestampMs},"offsetMs":${offsetMs},"data":"${data}"}`,
    "latin1",
  );
}

/** The data of a `frames` event in pieces, the frames themselves shared. */
export function framesData(session: string, frames: readonly Buffer[]): (string | Buffer)[] {
  const pieces: (string | Buffer)[] = [`{"session":"${session}","frames":[`];
  frames.forEach((frame, index) => {
    if (index > 0) pieces.push(",");
    pieces.push(frame);
  });
  pieces.push("]}");
  return pieces;
}

/** The data of any other event: the event without its type. */
export const eventData = (event: Exclude<LiveEvent, { readonly type: "frames" }>): string =>
  JSON.stringify({ ...event, type: undefined });
