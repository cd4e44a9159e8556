import type { ExportState, ProjectId } from "@reeltime/recorder/protocol";
import {
  FAILURE_KEPT_MS,
  KEEP_FREE_BYTES,
  KEPT_MS,
  KEPT_UNFINISHED_MS,
  LONG_JOB_MS,
  MAX_FAILURES,
  MAX_RUNNING,
  MAX_RUNNING_BESIDE,
  MAX_WAITING,
  MAX_WAITING_ON_CLOSE,
  MAX_WAITING_PROJECTS,
} from "./limits.js";

/** An export, as far as it is decided here what happens to it. */
export interface PlannedExport {
  readonly id: string;
  readonly project: ProjectId;
  readonly state: ExportState;
  readonly askedMs: number;
  readonly onClose: boolean;
  /** When its last job was begun; 0 before. */
  readonly begunMs: number;
  readonly failedMs: number;
  readonly video: { readonly bytes: number; readonly madeMs: number; readonly whole: boolean } | undefined;
}

/** What of a job that runs, or is ending, decides whether another begins beside it. */
export type RunningExport = Pick<PlannedExport, "onClose" | "begunMs">;

/**
 * Which export is made next; `undefined`: none now. What somebody asked for goes before what a policy wants, then the project
 * whose turn was the longest ago, then who asked first. What somebody asked for also begins beside a job that nobody waits for,
 * or that has run for long: one session, however hostile, does not keep all others waiting.
 */
export function nextOf<T extends PlannedExport>(
  exports: Iterable<T>,
  running: readonly RunningExport[],
  nowMs: number,
): T | undefined {
  const turns = new Map<ProjectId, number>();
  const queued: T[] = [];
  for (const one of exports) {
    turns.set(one.project, Math.max(turns.get(one.project) ?? 0, one.begunMs));
    if (one.state === "queued") queued.push(one);
  }
  const turnOf = ({ project }: T): number => turns.get(project) ?? 0;
  let next: T | undefined;
  for (const one of queued) {
    if (next === undefined || before(one, next, turnOf(one) - turnOf(next)) < 0) next = one;
  }
  return next !== undefined && mayBegin(next, running, nowMs) ? next : undefined;
}

const before = (one: PlannedExport, other: PlannedExport, turns: number): number =>
  one.onClose === other.onClose
    ? turns || one.askedMs - other.askedMs
    : Number(one.onClose) - Number(other.onClose);

function mayBegin(next: PlannedExport, running: readonly RunningExport[], nowMs: number): boolean {
  if (running.length < MAX_RUNNING) return true;
  if (next.onClose || running.length >= MAX_RUNNING_BESIDE) return false;
  return running.every(({ onClose, begunMs }) => onClose || nowMs - begunMs >= LONG_JOB_MS);
}

/** Whether one more may wait: so many of each project, and so many in all, counted apart from those that a policy wants. */
export function mayWait(
  exports: Iterable<PlannedExport>,
  { project, onClose }: Pick<PlannedExport, "project" | "onClose">,
): boolean {
  const most = onClose ? MAX_WAITING_ON_CLOSE : MAX_WAITING;
  let own = 0;
  let all = 0;
  for (const one of exports) {
    if (one.state !== "queued" || one.onClose !== onClose) continue;
    all += 1;
    if (one.project === project) own += 1;
  }
  return own < most && all < most * MAX_WAITING_PROJECTS;
}

/** Bytes that videos may have, so that recordings have room on the same disk: less than configured where it is nearly full. */
export function roomFor(exports: Iterable<PlannedExport>, maxBytes: number, freeBytes: number): number {
  let kept = 0;
  for (const { video } of exports) kept += video?.bytes ?? 0;
  return Math.max(0, Math.min(maxBytes, kept + freeBytes - KEEP_FREE_BYTES));
}

/**
 * Which exports leave now: videos past their time, then the oldest ones until the rest fits `maxBytes` (the newest stays in any
 * case: it was made for somebody), and failures that are forgotten.
 */
export function expired(
  exports: Iterable<PlannedExport>,
  maxBytes: number,
  nowMs: number,
): readonly string[] {
  const gone: string[] = [];
  const made: { readonly id: string; readonly bytes: number; readonly madeMs: number }[] = [];
  const failed: PlannedExport[] = [];
  for (const one of exports) {
    if (one.state === "failed") failed.push(one);
    if (one.state !== "ready" || one.video === undefined) continue;
    const { bytes, madeMs, whole } = one.video;
    if (nowMs - madeMs >= (whole ? KEPT_MS : KEPT_UNFINISHED_MS)) gone.push(one.id);
    else made.push({ id: one.id, bytes, madeMs });
  }
  made.sort((one, other) => other.madeMs - one.madeMs);
  let bytes = 0;
  for (const [index, one] of made.entries()) {
    bytes += one.bytes;
    if (bytes > maxBytes && index > 0) gone.push(one.id);
  }
  failed.sort((one, other) => other.failedMs - one.failedMs);
  for (const [index, one] of failed.entries())
    if (index >= MAX_FAILURES || nowMs - one.failedMs >= FAILURE_KEPT_MS) gone.push(one.id);
  return gone;
}
