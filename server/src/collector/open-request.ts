import { type ClientInfo, clipUtf8, type OpenRequest } from "@reeltime/recorder/protocol";
import { z } from "zod";
import { HttpError } from "../http/http-error.js";
import { MAX_CLIENT_TEXT_BYTES, MAX_CLIENT_URL_BYTES, MAX_TOKEN_CHARS } from "../limits.js";

const clipped = (maxBytes: number) => z.string().transform((text) => clipUtf8(text, maxBytes));
const text = clipped(MAX_CLIENT_TEXT_BYTES).optional();
const address = clipped(MAX_CLIENT_URL_BYTES).optional();
const pixels = z.number().min(0).max(1_000_000).optional();

/** As far as any clock may be off and sums of times stay safe integers. */
const clientTime = z
  .number()
  .min(0)
  .max(2 ** 48);

const schema = z.object({
  key: z.string().max(256),
  sentAtMs: clientTime,
  client: z.object({
    sdk: z
      .string()
      .min(1)
      .transform((sdk) => clipUtf8(sdk, MAX_CLIENT_TEXT_BYTES)),
    userAgent: text,
    language: text,
    timeZone: text,
    url: address,
    title: text,
    referrer: address,
    screenWidth: pixels,
    screenHeight: pixels,
  }),
  after: z.string().max(MAX_TOKEN_CHARS).optional(),
  startedAtMs: clientTime.optional(),
});

/**
 * Reads the body of `POST /v1/sessions`. Long texts are cut, not refused: a page's title must not cost its
 * recording. Throws `HttpError` `malformed` when it is no JSON, `invalid` naming the first field that is wrong.
 */
export function parseOpenRequest(bytes: Uint8Array): OpenRequest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new HttpError("malformed", "The body is not JSON.", {}, { cause });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new HttpError(
      "invalid",
      `${issue?.path.join(".") || "The body"}: ${issue?.message ?? "is wrong"}.`,
    );
  }
  const { key, sentAtMs, after, client, startedAtMs } = parsed.data;
  return {
    key,
    sentAtMs,
    client: present(client),
    ...(after === undefined ? {} : { after }),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
  };
}

/** Without the members that are not there, which the stored record does not spell out. */
function present(client: z.infer<typeof schema>["client"]): ClientInfo {
  const entries = Object.entries(client).filter(([, value]) => value !== undefined);
  return { sdk: client.sdk, ...Object.fromEntries(entries) };
}
