import type { ErrorResponse } from "@reeltime/recorder/protocol";
import type { Fetch } from "@reeltime/recorder/uploader";
import { MAX_ANSWER_BYTES, SMALL_UPLOAD_BYTES } from "../limits.js";

/** What of `Response` is read here. */
interface StreamedAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** Asks over the network; an answer as `fetch` has it. */
export type AskCollector = (...request: Parameters<Fetch>) => Promise<StreamedAnswer>;

/** Who is told what answers. */
export interface AnswerEars {
  /** Something answered in the collector's place. */
  readonly onStranger: (status: number) => void;
  /** The collector itself did. */
  readonly onCollector: () => void;
}

/** Of a collector that is away. */
const AWAY = 503;
/** Statuses that end a session. */
const ENDING: ReadonlySet<number> = new Set([401, 404, 409, 410]);

/**
 * Asks the collector, and believes no one else. While it is being replaced or moved, something in front of it answers for it:
 * with "not found", or with a page to sign in at. That ends no session and refuses no recording: it is as if the collector were
 * away. Nor is more read of an answer than one of the collector's has.
 */
export const collectorFetch =
  (ask: AskCollector, ears: AnswerEars): Fetch =>
  async (url, init) => {
    const { status, headers, body } = await ask(url, init);
    const json = await readJson(body);
    const isOurs = isCollectors(status, json);
    if (isOurs) ears.onCollector();
    // Of what says itself that it is away, or asks to wait, nothing else is to be known.
    else if (status < 500 && status !== 429) ears.onStranger(status);
    const isSmall = url.endsWith("/v1/sessions") || init.body.length <= SMALL_UPLOAD_BYTES;
    const isMeant = isOurs || (status >= 400 && !ENDING.has(status) && !isSmall);
    return { status: isMeant || status === 429 ? status : AWAY, headers, json: () => Promise.resolve(json) };
  };

/** Every answer of a collector's is a JSON object, and every refusal has a code. */
function isCollectors(status: number, json: unknown): boolean {
  if (typeof json !== "object" || json === null) return false;
  return status < 300 || typeof (json as Partial<ErrorResponse>).error?.code === "string";
}

/** What it says, as far as it is as short as a collector's; `undefined` when it is not JSON. Rejects when it is cut off. */
async function readJson(body: StreamedAnswer["body"]): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop ends the answer.
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return undefined;
  }
}
