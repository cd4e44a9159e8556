import type { AppendRequest, ReceivedFrame, Recorder } from "@reeltime/recorder";
import {
  decodeFrame,
  encodeFrame,
  type Frame,
  type ProjectId,
  type SessionId,
  type SessionRef,
  type WindowId,
  type WriterId,
} from "@reeltime/recorder/protocol";

export const PROJECT = "demo" as ProjectId;
export const OTHER_PROJECT = "other" as ProjectId;
export const WINDOW = "window-a" as WindowId;
export const SECOND_WINDOW = "window-b" as WindowId;
export const WRITER = "writer-a" as WriterId;
export const UNKNOWN = "01900000-0000-7000-8000-000000000000" as SessionId;

/** A frame of a page, as the collector receives it. */
export function frame(over: Partial<Frame> & { readonly number: number }): ReceivedFrame {
  const firstMs = over.firstMs ?? Date.now();
  const bytes = encodeFrame({
    writer: WRITER,
    window: WINDOW,
    kind: "dom",
    firstMs,
    lastMs: firstMs,
    inputMs: undefined,
    checkout: false,
    codec: "json",
    keyId: undefined,
    events: 1,
    rawBytes: 2,
    facts: [],
    lost: undefined,
    body: new Uint8Array([91, 93]),
    ...over,
  });
  return { envelope: decodeFrame(bytes), bytes };
}

/** Appends frames and expects them to be durable. */
export async function append(
  recorder: Recorder,
  session: SessionRef,
  frames: readonly ReceivedFrame[],
  over: Partial<AppendRequest> = {},
): Promise<void> {
  const now = Math.max(Date.now(), ...frames.map((each) => each.envelope.lastMs));
  const outcome = await recorder.append({ session, frames, sentAtMs: now, receivedAtMs: now, ...over });
  if (outcome.type !== "appended") throw new Error(`not appended: ${outcome.type}`);
}

/** Opens a session. */
export async function open(
  recorder: Recorder,
  over: Partial<Parameters<Recorder["open"]>[0]> = {},
): Promise<SessionRef> {
  const project = over.project ?? PROJECT;
  const opened = await recorder.open({ project, client: { sdk: "test/1" }, offsetMs: 0, ...over });
  return { project, sessionId: opened.sessionId };
}
