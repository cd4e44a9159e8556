import type { Recorder } from "@reeltime/recorder";
import { CONTROL_STREAM, type ProjectId, type SessionId } from "@reeltime/recorder/protocol";
import { applyControl, type ControlState, EMPTY_CONTROL } from "../access/control-events.js";
import type { CatchUp } from "./catch-up.js";
import type { DatabaseClient } from "./database-client.js";
import type { Intake } from "./intake.js";
import { LIST_PAGE } from "./limits.js";
import type { WorkingRows } from "./working-rows.js";

/** What comparing with S2 needs of the catalog. */
export interface ReconcileParts {
  readonly recorder: Recorder;
  readonly rows: WorkingRows;
  readonly database: DatabaseClient;
  readonly intake: Intake;
  readonly catchUp: CatchUp;
  readonly signal: AbortSignal;
}

/** The projects that the control stream names. */
export async function projectsInControl(recorder: Recorder, nowMs: number): Promise<readonly ProjectId[]> {
  const { events } = await recorder.readEvents(CONTROL_STREAM);
  const { projects } = events.reduce<ControlState>(
    (state, event) => applyControl(state, event, nowMs),
    EMPTY_CONTROL,
  );
  return [...projects.keys()];
}

/**
 * Compares the catalog with S2's own listing, newest first: sessions the catalog does not have are wanted, open ones
 * are read on, and those whose stream is gone (erased, or past its age) leave. Only names are read, a thousand at a
 * time.
 */
export async function reconcile(parts: ReconcileParts, projects: Iterable<ProjectId>): Promise<void> {
  for (const project of projects) await reconcileProject(parts, project);
}

async function reconcileProject(parts: ReconcileParts, project: ProjectId): Promise<void> {
  const { recorder, rows, catchUp, intake, signal } = parts;
  const stored = await storedIds(parts, project);
  let after: string | undefined;
  do {
    const page = await recorder.list(project, { limit: LIST_PAGE, ...(after !== undefined && { after }) });
    for (const session of page.sessions) {
      const closed = stored.get(session.sessionId);
      stored.delete(session.sessionId);
      const ended = closed === true || (rows.get(session.sessionId)?.closed ?? null) !== null;
      if (!ended) catchUp.want(session, "later");
    }
    after = page.next;
  } while (after !== undefined && !signal.aborted);
  if (signal.aborted) return;
  for (const id of stored.keys()) {
    // The listing is not one moment: what it does not have is asked for by name.
    const status = await recorder.status({ project, sessionId: id });
    if (status.type === "missing") intake.erased(id);
  }
}

async function storedIds(parts: ReconcileParts, project: ProjectId): Promise<Map<SessionId, boolean>> {
  const stored = new Map<SessionId, boolean>();
  let after: SessionId | undefined;
  do {
    const page = await parts.database.call("ids", project, after, LIST_PAGE);
    for (const { id, closed } of page) stored.set(id, closed);
    after = page.length === LIST_PAGE ? page.at(-1)?.id : undefined;
  } while (after !== undefined);
  return stored;
}
