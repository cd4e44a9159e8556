import { HttpError } from "./http-error.js";

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** Throws `HttpError` `host_not_allowed` for a `Host` header that is not one of ours. */
export type CheckHost = (host: string | undefined) => void;

/**
 * The guard against DNS rebinding: a page that makes its own name resolve to this server still sends its own
 * name as `Host`. Ports do not matter to that, so only names are compared. Loopback names are always ours: no
 * foreign name can be one.
 * @param names host names with or without a port; case does not matter
 */
export function createHostCheck(names: readonly string[]): CheckHost {
  const allowed = new Set([...LOOPBACK, ...names.map(nameOf)]);
  return (host) => {
    if (host !== undefined && allowed.has(nameOf(host))) return;
    throw new HttpError(
      "host_not_allowed",
      "This server does not answer to that host name; REELTIME_PUBLIC_URL and REELTIME_HOSTS say which it does.",
    );
  };
}

function nameOf(host: string): string {
  return host.replace(/:\d*$/, "").replace(/\.$/, "").toLowerCase();
}
