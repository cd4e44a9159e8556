import type * as http2 from "node:http2";
import type { RawRequest } from "./http1.js";
import { OpenCall } from "./open-call.js";

/** An HTTP/2 request whose body goes out and whose answer comes in as they like. */
export type H2Call = OpenCall<http2.ClientHttp2Stream>;

/** Begins a request over HTTP/2; its body is the caller's to write and end. */
export function beginH2(session: http2.ClientHttp2Session, request: Omit<RawRequest, "body">): H2Call {
  const headers: http2.OutgoingHttpHeaders = { ":method": request.method, ":path": request.path };
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = typeof value === "string" ? value : [...value];
  const stream = session.request(headers, { endStream: false });
  const call = new OpenCall(stream);
  let error: Error | undefined;
  stream.on("response", (answered) => {
    const said = Object.entries(answered)
      .filter(([name]) => !name.startsWith(":"))
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : String(value)]);
    call.head(answered[":status"] ?? 0, Object.fromEntries(said));
  });
  stream.on("data", (chunk: Buffer) => call.data(chunk));
  stream.on("end", () => call.end());
  stream.on("error", (cause: Error) => {
    error = cause;
  });
  stream.on("close", () =>
    call.lose(new Error(`the stream closed before: ${error?.message ?? "no error"}`, { cause: error })),
  );
  return call;
}
