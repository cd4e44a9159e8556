import type { AppendRequest, ReceivedFrame, Recorder } from "@reeltime/recorder";
import type { ProjectId, SessionId, SessionRef, WindowId, WriterId } from "@reeltime/recorder/protocol";

export { frame } from "../../../../recorder/test/support/frames.js";

export const PROJECT = "demo" as ProjectId;
export const OTHER_PROJECT = "other" as ProjectId;
export const WINDOW = "window-a" as WindowId;
export const SECOND_WINDOW = "window-b" as WindowId;
export const WRITER = "writer-a" as WriterId;
export const UNKNOWN = "01900000-0000-7000-8000-000000000000" as SessionId;

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
