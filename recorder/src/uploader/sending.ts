import {
  type AckResponse,
  type ErrorResponse,
  encodeUpload,
  type LostReason,
  MAX_FRAMES_PER_UPLOAD,
  type OpenRequest,
  type OpenResponse,
} from "../protocol/page.js";
import {
  ANSWER_BYTES_PER_MS,
  ANSWER_TIMEOUT_MS,
  KEEPALIVE_BYTES,
  MAX_BATCH_BYTES,
  RETRY_FIRST_MS,
  RETRY_LAST_MS,
} from "./limits.js";
import type { EndReason, Session } from "./ports.js";
import { replaceEntry, restartQueue, settleBefore, takeFrames } from "./queue.js";
import type { State } from "./state.js";

interface Answer {
  readonly status: number;
  /** The body as the protocol has it for this status; an empty object when it is not JSON. */
  readonly json: unknown;
  /** Milliseconds it asks to wait; 0 when it does not. */
  readonly retryMs: number;
}

/** A status that may be another the next time. */
export const isPassing = (status: number): boolean => status > 499 || status === 429;

/** How long to wait before the next try. */
export const backoffMs = ({ o, tries }: State, atLeastMs = 0): number =>
  Math.max(atLeastMs, Math.min(RETRY_FIRST_MS * 2 ** (tries - 1), RETRY_LAST_MS) * (0.5 + o.chance() / 2));

/** Sends nothing more. */
export function endAll(state: State): void {
  state.over = true;
  state.queued = [];
  state.o.clearTimer(state.timer);
}

/** One request; rejects when there is no answer. `outlive`: let it outlive the page, when it fits the budget that all such requests share. */
async function post(
  state: State,
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  outlive?: boolean,
): Promise<Answer> {
  const { length } = body;
  const keepalive = Boolean(outlive) && length + state.outliving <= KEEPALIVE_BYTES;
  if (keepalive) state.outliving += length;
  try {
    const answer = await state.o.fetch(`${state.o.apiHost}/v1/sessions${path}`, {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body,
      credentials: "omit",
      keepalive,
      signal: AbortSignal.timeout?.(ANSWER_TIMEOUT_MS + Math.ceil(length / ANSWER_BYTES_PER_MS)) ?? null,
    });
    const retryMs = Number(answer.headers.get("retry-after")) * 1000 || 0;
    return { status: answer.status, json: await answer.json().catch(() => ({})), retryMs };
  } finally {
    if (keepalive) state.outliving -= length;
  }
}

/** Posts frames, all of one writer; to `stop` when they are the last. */
export const sendFrames = (
  state: State,
  { sessionId, token }: Session,
  frames: readonly Uint8Array[],
  stop?: boolean,
  outlive?: boolean,
): Promise<Answer> =>
  post(
    state,
    `/${sessionId}/${stop ? "stop" : "frames"}`,
    encodeUpload({ token, sentAtMs: state.o.clock(), frames }),
    outlive,
  );

function refuse(state: State): void {
  endAll(state);
  state.o.onEnd("refused");
}

async function create(state: State): Promise<Session> {
  const { o, follows: after } = state;
  const request: OpenRequest = {
    key: o.projectKey,
    sentAtMs: o.clock(),
    client: o.describe(),
    ...(after && { after }),
  };
  const { status, json } = await post(state, "", JSON.stringify(request));
  if (status < 300) {
    o.saveSession(json as OpenResponse);
    return json as OpenResponse;
  }
  // The session before may be what is refused.
  if (!isPassing(status) && !after) refuse(state);
  if (!isPassing(status)) state.follows = undefined;
  throw status;
}

/** The session to send to; opens one when there is none. Throws when that fails. */
export async function openSession(state: State): Promise<Session> {
  const { o, session: old, dead } = state;
  if (state.stopping && old) return old;
  const known = (): Session | undefined => {
    const now = o.loadSession();
    return now?.sessionId === dead ? undefined : now;
  };
  const session = known() ?? (await o.exclusive(async () => known() ?? create(state)));
  state.session = session;
  if (session.sessionId !== old?.sessionId) {
    // Another tab opened it because ours was closed, and ours need not ask first.
    if (old && old.sessionId !== dead) restartQueue(state, "rate");
    o.onOpen(session);
  }
  return session;
}

/** The session takes nothing more: all goes on in a new one, linked to it when it was closed for its time. */
function closed(state: State, { sessionId, token }: Session, reason: EndReason): void {
  state.dead = sessionId;
  state.follows = reason === "idle" || reason === "limit" ? token : undefined;
  if (reason === "stopped" || state.stopping) endAll(state);
  if (!state.o.onEnd(reason)) state.queued = [];
  restartQueue(state, "rate");
}

/** One request. Returns how many ms to wait before the next. */
export async function sendOnce(state: State): Promise<number> {
  const session = await openSession(state);
  for (const { packing } of state.queued.slice(0, state.maxFrames)) await packing;
  const frames = takeFrames(state, MAX_BATCH_BYTES, state.maxFrames, 1);
  const [oldest] = state.queued;
  if (!oldest) return 0;
  const last = state.stopping && frames.length === state.queued.length;
  const { status, json, retryMs } = await sendFrames(state, session, frames, last, state.unseen);
  if (state.over) return 0;
  const { expected = -1, reason = "missing" } = (json as Partial<ErrorResponse>).error ?? {};
  state.tries++;
  if (status === 200) return acknowledged(state, session, json as AckResponse);
  if (isPassing(status)) return backoffMs(state, retryMs);
  if (status === 409) {
    if (!settleBefore(state, expected)) restartQueue(state, "error");
    return backoffMs(state);
  }
  if (status === 410 || status === 404 || status === 401) closed(state, session, reason);
  // Something in here is refused for good: find it by sending one frame at a time, and say that it is lost.
  else if (frames.length > 1) state.maxFrames = 1;
  else if (oldest.draft.why || !(oldest.draft.events || oldest.draft.facts[0])) refuse(state);
  else replaceEntry(state, oldest, lossFor(status));
  return 0;
}

const lossFor = (status: number): LostReason =>
  status === 413 ? "too_large" : status === 403 ? "rate" : "error";

function acknowledged(state: State, session: Session, ack: AckResponse): number {
  const before = state.queued.length;
  settleBefore(state, ack.acked + 1);
  // An ack that settles nothing must not be asked for again at once.
  if (state.queued.length === before) return backoffMs(state);
  state.tries = 0;
  state.maxFrames = MAX_FRAMES_PER_UPLOAD;
  if (ack.token) state.o.saveSession({ ...session, token: ack.token });
  if ("closed" in ack) {
    endAll(state);
    state.o.onEnd("stopped");
  } else state.o.onAck(ack);
  return 0;
}
