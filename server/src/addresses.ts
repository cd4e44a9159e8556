import { isIP } from "node:net";

/** How browsers reach a server that listens at `host` and `port` and has no public address set. */
export function defaultPublicUrl(host: string, port: number): string {
  const everywhere = host === "0.0.0.0" || host === "::";
  const name = everywhere ? "localhost" : host;
  return new URL(`http://${isIP(name) === 6 ? `[${name}]` : name}:${port}`).origin;
}
