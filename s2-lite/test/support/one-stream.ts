import type { S2LiteOptions } from "../../src/index.js";
import { json } from "./raw.js";
import { startWithBasin } from "./server.js";

/** The records of the stream that most tests use. */
export const RECORDS = "/v1/streams/s/records";
/** What makes a request a session of frames. */
export const S2S = { "content-type": "s2s/proto" } as const;

/** A server with a basin and that stream in it; resolves with its endpoint. */
export async function startWithStream(options: Partial<S2LiteOptions> = {}): Promise<string> {
  const { server } = await startWithBasin(options);
  await json(server.endpoint, "POST", "/v1/streams", { stream: "s" });
  return server.endpoint;
}

/** Appends a record to it for each body. */
export const append = (endpoint: string, ...bodies: readonly string[]) =>
  json(endpoint, "POST", RECORDS, { records: bodies.map((body) => ({ body })) });
