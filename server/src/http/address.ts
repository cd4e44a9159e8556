import type { IncomingMessage } from "node:http";

/**
 * The client's address: the connection's, or, behind `proxies` proxies that each append to
 * `X-Forwarded-For`, the entry the outermost of them wrote.
 */
export function createAddressOf(proxies: number): (request: IncomingMessage) => string {
  return (request) => {
    const direct = request.socket.remoteAddress ?? "";
    if (proxies === 0) return direct;
    const forwarded = request.headers["x-forwarded-for"];
    const entries = typeof forwarded === "string" ? forwarded.split(",") : [];
    return entries[entries.length - proxies]?.trim() || direct;
  };
}
