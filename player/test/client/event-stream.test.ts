import { expect, it } from "vitest";
import { readServerEvents, type ServerEvent } from "../../src/client/event-stream.js";
import { MAX_SSE_EVENT_CHARS } from "../../src/client/limits.js";

const responseOf = (...chunks: readonly (string | Uint8Array)[]): Response =>
  new Response(
    new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (const chunk of chunks) {
          controller.enqueue(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
        }
        controller.close();
      },
    }),
  );

async function read(response: Response) {
  const events: ServerEvent[] = [];
  const retries: number[] = [];
  let alive = 0;
  await readServerEvents(response, {
    event: (event) => events.push(event),
    retry: (delayMs) => retries.push(delayMs),
    alive: () => {
      alive += 1;
    },
  });
  return { events, retries, alive };
}

it("reads events with their names and ids, whatever the pieces they come in", async () => {
  const text = new TextEncoder().encode(
    ':\n\nretry: 1500\n\nevent: list\nid: a@3\ndata: {"é":\ndata: 1}\n\n',
  );
  const pieces = [...text].map((byte) => new Uint8Array([byte]));
  const { events, retries, alive } = await read(responseOf(...pieces));
  expect(events).toEqual([{ type: "list", id: "a@3", data: '{"é":\n1}' }]);
  expect(retries).toEqual([1_500]);
  expect(alive).toBe(pieces.length);
});

it("a comment is a sign of life and no event", async () => {
  expect(await read(responseOf(":\n\n"))).toEqual({ events: [], retries: [], alive: 1 });
});

it("an event of the largest size is read, a larger one ends the stream", async () => {
  const head = "event: frames\ndata: ";
  const fits = "x".repeat(MAX_SSE_EVENT_CHARS - 64);
  expect((await read(responseOf(head, fits, "\n\n"))).events[0]?.data).toHaveLength(fits.length);
  await expect(read(responseOf(head, fits, "x".repeat(128)))).rejects.toThrow();
});
