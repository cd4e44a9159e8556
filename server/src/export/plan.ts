import type { ExportState } from "@reeltime/recorder/protocol";
import { FAILURE_KEPT_MS, KEPT_MS, KEPT_UNFINISHED_MS, MAX_FAILURES } from "./limits.js";

/** An export, as far as it is decided here what happens to it. */
export interface PlannedExport {
  readonly id: string;
  readonly state: ExportState;
  readonly askedMs: number;
  readonly onClose: boolean;
  readonly failedMs: number;
  readonly video: { readonly bytes: number; readonly madeMs: number; readonly whole: boolean } | undefined;
}

/** Which export is made next: what somebody asked for before what a policy wants, the oldest first. */
export function nextOf<T extends PlannedExport>(exports: Iterable<T>): T | undefined {
  let next: T | undefined;
  for (const one of exports) {
    if (one.state !== "queued") continue;
    if (next === undefined || isBefore(one, next)) next = one;
  }
  return next;
}

const isBefore = (one: PlannedExport, other: PlannedExport): boolean =>
  one.onClose === other.onClose ? one.askedMs < other.askedMs : other.onClose;

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
