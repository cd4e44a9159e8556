import { createParser } from "eventsource-parser";
import { MAX_SSE_EVENT_CHARS } from "./limits.js";

/** One server-sent event. */
export interface ServerEvent {
  /** Its name; empty when it has none. */
  readonly type: string;
  readonly data: string;
  /** Its id; `undefined` when it has none. */
  readonly id: string | undefined;
}

/** What {@link readServerEvents} tells. */
export interface ServerEventHandlers {
  event(event: ServerEvent): void;
  /** Bytes came, be it only a comment: the connection is alive. */
  alive(): void;
  /** The server asks to wait this long before the next attempt. */
  retry(delayMs: number): void;
}

/**
 * Reads server-sent events from a `fetch` answer until it ends; resolves at its end, rejects when it breaks or
 * when one event grows past {@link MAX_SSE_EVENT_CHARS}. The only file that knows the parser.
 */
export async function readServerEvents(response: Response, handlers: ServerEventHandlers): Promise<void> {
  if (response.body === null) return;
  let broken: Error | undefined;
  const parser = createParser({
    maxBufferSize: MAX_SSE_EVENT_CHARS,
    onEvent: ({ event, data, id }) => handlers.event({ type: event ?? "", data, id }),
    onRetry: (delayMs) => handlers.retry(delayMs),
    onError: (error) => {
      // Lines that are no field are ignored, as the standard says; only a buffer past its limit ends the stream.
      if (error.type === "max-buffer-size-exceeded") broken = error;
    },
  });
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      handlers.alive();
      parser.feed(decoder.decode(next.value, { stream: true }));
      if (broken !== undefined) throw broken;
    }
  } finally {
    // The stream may already be at its end or broken; either way nothing is left to let go of.
    await reader.cancel().catch(() => {});
  }
}
