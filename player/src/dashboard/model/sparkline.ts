import type { SessionItem } from "@reeltime/recorder/protocol";

/** Bars of a sparkline at the most: 2 px each and a gap in 150 px. */
export const MAX_BARS = 50;
const MIN_HEIGHT = 0.08;

/** One bar. `height` is 0 to 1; what it stands for decides its colour and its shape. */
export interface Bar {
  readonly height: number;
  readonly kind: "calm" | "error" | "rage" | "now";
}

type Drawn = Pick<SessionItem, "activity" | "ticks" | "status">;

/**
 * The activity of a session as bars, from its start to its newest event. Neighbouring bins are added up so that
 * there are at most {@link MAX_BARS}. A bar in which something went wrong is as high as can be; an error outweighs a
 * rage click. The last bar of a live session is now.
 */
export function sparkline({ activity, ticks, status }: Drawn): readonly Bar[] {
  const perBar = Math.max(1, Math.ceil(activity.counts.length / MAX_BARS));
  const barMs = activity.binMs * perBar;
  const sums: number[] = [];
  activity.counts.forEach((count, index) => {
    const bar = Math.floor(index / perBar);
    sums[bar] = (sums[bar] ?? 0) + count;
  });
  const troubles = new Map<number, "error" | "rage">();
  for (const { type, atMs } of ticks) {
    const bar = Math.max(0, Math.min(sums.length - 1, Math.floor((atMs - activity.startMs) / barMs)));
    if (type === "error" || !troubles.has(bar)) troubles.set(bar, type);
  }
  const most = Math.max(1, ...sums);
  return sums.map((sum, index): Bar => {
    const trouble = troubles.get(index);
    if (trouble !== undefined) return { height: 1, kind: trouble };
    if (status === "live" && index === sums.length - 1) return { height: 1, kind: "now" };
    // A square root keeps a quiet second visible beside a page load's burst.
    return {
      height: sum === 0 ? MIN_HEIGHT : Math.max(2 * MIN_HEIGHT, Math.sqrt(sum / most) * 0.85),
      kind: "calm",
    };
  });
}
