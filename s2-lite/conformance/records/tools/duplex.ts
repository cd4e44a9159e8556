import * as http from "node:http";
import type { BasinClient } from "../../basin-client.js";
import { OpenCall } from "../../open-call.js";

/** An HTTP/1.1 request whose chunked body still goes out while the answer comes in. */
export type DuplexCall = OpenCall<http.ClientRequest>;

/** Begins such a request on a connection of its own, which ends with the case. */
export function beginDuplex(
  basin: BasinClient,
  method: string,
  path: string,
  headers: Readonly<Record<string, string | readonly string[]>>,
): DuplexCall {
  const url = new URL(basin.ctx.endpoint);
  const lists = Object.entries(headers).map(([name, value]) => [
    name,
    typeof value === "string" ? value : [...value],
  ]);
  const request = http.request({
    host: url.hostname,
    port: url.port,
    method,
    path,
    agent: false,
    headers: {
      "s2-basin": basin.name,
      ...Object.fromEntries(lists),
      ...(method === "GET" ? {} : { "transfer-encoding": "chunked" }),
    },
  });
  const call = new OpenCall(request);
  request.on("response", (response) => {
    call.head(response.statusCode ?? 0, response.headers as Record<string, string>);
    response.on("data", (chunk: Buffer) => call.data(chunk));
    response.on("end", () => call.end());
    response.on("error", (error) => call.lose(error));
  });
  request.on("error", (error) => call.lose(error));
  request.on("socket", (socket) =>
    socket.on("close", () => call.lose(new Error("the connection closed before"))),
  );
  request.flushHeaders();
  basin.ctx.cleanup(() => request.destroy());
  return call;
}
