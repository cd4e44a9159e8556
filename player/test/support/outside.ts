import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that no recording may reach, and what reached it. */
export interface Outside {
  readonly url: string;
  /** Paths that were asked for, in their order. */
  readonly hits: string[];
  close(): Promise<void>;
}

/** Starts one on the loopback; it answers everything with nothing. */
export async function startOutside(): Promise<Outside> {
  const hits: string[] = [];
  const server = createServer((request, response) => {
    hits.push(request.url ?? "");
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hits,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
