import type { Recorder } from "@reeltime/recorder";
import type { SessionRef } from "@reeltime/recorder/protocol";
import type { Projects } from "../access/projects.js";
import type { Catalog } from "../catalog/index.js";
import type { Log } from "../log.js";
import { type BeginParts, beginExport } from "./begin.js";
import { DEFAULT_OPTIONS } from "./request.js";

/** What exports hear of sessions from. */
export interface AttachParts extends BeginParts {
  readonly recorder: Pick<Recorder, "read" | "listen">;
  readonly catalog: Pick<Catalog, "detail" | "find" | "onChange" | "ready">;
  readonly projects: Projects;
  readonly log: Log;
}

/**
 * Lets exports hear of sessions. Those that are erased, here or by another server, lose their videos. Those that close here get
 * one where their project's policy says so: one server closes a session, so one makes it. What a restart cut off goes on once
 * the catalog knows which sessions are still there. Returns the way to stop.
 */
export function attachExports(parts: AttachParts): () => void {
  const { recorder, catalog, projects, exports, log } = parts;
  const stopListening = recorder.listen({
    erased: ({ sessionId }) => exports.erased(sessionId),
    closed: (session) => {
      const project = projects.all().find(({ id }) => id === session.project);
      if (project?.policy.mp4OnClose) void exportClosed(parts, session);
    },
  });
  const stopWatching = catalog.onChange((_changed, removed) => {
    for (const id of removed) exports.erased(id);
  });
  catalog
    .ready()
    .then(() => exports.start(async (id) => (await catalog.find(id)) === undefined))
    // A catalog that does not get ready is told of by the server; what is asked for is begun all the same.
    .catch((error: unknown) =>
      log.debug({ err: error }, "exports that a restart cut off wait for the next one"),
    );
  return () => {
    stopListening();
    stopWatching();
  };
}

async function exportClosed(parts: AttachParts, session: SessionRef): Promise<void> {
  const { exports, log } = parts;
  const about = { session: session.sessionId };
  try {
    const request = { session, ...DEFAULT_OPTIONS };
    // One that was made, or begun, while the session went on lacks its end.
    if (exports.look(request)?.video?.whole === false || exports.look(request)?.state === "running")
      await exports.remove(request);
    const begun = await beginExport(parts, request, true);
    if (begun.type === "put-off") log.warn(about, `no video of a session that closed: ${begun.message}`);
  } catch (error) {
    log.warn({ err: error, ...about }, "no video of a session that closed: it cannot be read");
  }
}
