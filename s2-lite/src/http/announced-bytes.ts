import type { Exchange } from "./exchange.js";

/** How many bytes a request says that its body has; 0 when it does not say. */
export function announcedBytes(exchange: Pick<Exchange, "header">): number {
  return Number(exchange.header("content-length") ?? 0);
}
