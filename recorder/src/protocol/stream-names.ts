import { isProjectId, isSessionId, type ProjectId, type SessionRef, sessionStartMs } from "./ids.js";
import { MAX_TIME_MS } from "./limits.js";

/** Digits of the fixed maximum that reverses a session's time in its stream's name. */
const WIDTH = String(MAX_TIME_MS).length;

/** The stream that tells other servers and a fresh catalog what opened, closed, grew and was erased. */
export const INDEX_STREAM = "index";
/** The stream that holds projects, keys and policies as events. */
export const CONTROL_STREAM = "control";

/** Where all sessions of one project lie, newest first in S2's lexicographic listing. */
export const sessionPrefix = (project: ProjectId): string => `session/${project}/`;

/** A time as it stands in a session's stream name: later times sort first. */
export const reversedTime = (timeMs: number): string => String(MAX_TIME_MS - timeMs).padStart(WIDTH, "0");

/** The stream of one session: `session/<project>/<reversed time>/<sessionId>`. */
export const sessionStreamName = ({ project, sessionId }: SessionRef): string =>
  `${sessionPrefix(project)}${reversedTime(sessionStartMs(sessionId))}/${sessionId}`;

/** The session a stream's name is of; `undefined` for every other stream and for a name that contradicts itself. */
export function parseSessionStreamName(name: string): SessionRef | undefined {
  const [kind, project, reversed, sessionId, ...rest] = name.split("/");
  if (kind !== "session" || rest.length > 0 || !isProjectId(project) || !isSessionId(sessionId))
    return undefined;
  return reversed === reversedTime(sessionStartMs(sessionId)) ? { project, sessionId } : undefined;
}
