import { request as httpRequest, type IncomingMessage } from "node:http";
import { decodeFrame, type Frame, type LiveEvent } from "@reeltime/recorder/protocol";

/** An event as it came, its id beside it. */
export type Heard = LiveEvent & { readonly lastEventId: string };

/** One connection to `/v1/live`, as a page has it. */
export interface Listening {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly events: readonly Heard[];
  /** Comments and `retry` lines. */
  readonly others: readonly string[];
  /** Whether the server ended it. */
  readonly ended: boolean;
  /** Takes nothing more from the socket, until {@link resume}. */
  pause(): void;
  resume(): void;
  close(): void;
}

/** Opens `/v1/live` and parses what comes by the rules of Server-Sent Events. */
export async function listen(
  url: string,
  query: string,
  options: { readonly lastEventId?: string; readonly paused?: boolean } = {},
): Promise<Listening> {
  const { lastEventId, paused } = options;
  const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
  const request = httpRequest(`${url}/v1/live?${query}`, { headers, agent: false });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.on("response", resolve);
    request.on("error", reject);
    request.end();
  });
  const events: Heard[] = [];
  const others: string[] = [];
  let ended = false;
  let rest = "";
  let id = "";
  response.setEncoding("utf8");
  const onData = (chunk: string): void => {
    const blocks = (rest + chunk).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = new Map(
        block.split("\n").map((line) => [line.split(":", 1)[0], line.replace(/^[^:]*: ?/, "")]),
      );
      id = fields.get("id") ?? id;
      const data = fields.get("data");
      if (data === undefined) others.push(block);
      else events.push({ type: fields.get("event"), ...JSON.parse(data), lastEventId: id } as Heard);
    }
  };
  if (!paused) response.on("data", onData);
  const end = (): void => {
    ended = true;
  };
  response.on("end", end).on("close", end).on("error", end);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events,
    others,
    get ended() {
      return ended;
    },
    pause: () => void response.pause(),
    resume: () => {
      if (paused && response.listenerCount("data") === 0) response.on("data", onData);
      response.resume();
    },
    close: () => void request.destroy(),
  };
}

/** The frames that came of a session, in the order in which they came. */
export const framesOf = (listening: Pick<Listening, "events">, session?: string): readonly Frame[] =>
  listening.events.flatMap((event) =>
    event.type === "frames" && (session === undefined || event.session === session)
      ? event.frames.map(({ data }) => decodeFrame(Buffer.from(data, "base64")))
      : [],
  );

/** Their numbers. */
export const numbersOf = (listening: Pick<Listening, "events">, session?: string): readonly number[] =>
  framesOf(listening, session).map((frame) => frame.number);
