import type { WindowId } from "@reeltime/recorder/protocol";
import type { Draft } from "@reeltime/recorder/uploader";

/** A draft of one event that happens at a time, epoch ms, and says `data`; all of it can be said otherwise. */
export function draftOf(
  window: string,
  atMs: number,
  data: { readonly label: string; readonly filler?: string },
  more: Partial<Draft> = {},
): Draft {
  const body = new TextEncoder().encode(JSON.stringify([{ type: 5, data, timestamp: atMs }]));
  return {
    window: `window-${window}` as WindowId,
    kind: "dom",
    firstMs: atMs,
    lastMs: atMs,
    inputMs: undefined,
    checkout: false,
    codec: "json",
    keyId: undefined,
    events: 1,
    rawBytes: body.length,
    facts: [],
    body,
    ...more,
  };
}
