/** Real sessions as the frames of one window and one writer. */
import { deflateRaw, encodeFrame } from "../../recorder/dist/protocol/page.js";
import { cutEvents, isCheckout } from "../corpus.mjs";

/** Frames of one window and one writer, numbered from 0. */
export async function* framesOf(events, { writer, window }) {
  let number = 0;
  for (const batch of cutEvents(events)) {
    const raw = new TextEncoder().encode(JSON.stringify(batch));
    const times = batch.map((event) => event.timestamp);
    const firstMs = Math.min(...times);
    yield {
      atMs: Math.max(...times),
      bytes: encodeFrame({
        writer,
        number: number++,
        window,
        kind: "dom",
        firstMs,
        lastMs: Math.max(...times),
        inputMs: Math.max(...times),
        checkout: isCheckout(batch),
        codec: "deflate-raw",
        keyId: undefined,
        events: batch.length,
        rawBytes: raw.length,
        facts: [],
        lost: undefined,
        body: await deflateRaw(raw),
      }),
    };
  }
}
