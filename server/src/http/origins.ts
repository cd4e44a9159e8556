/**
 * A pattern of the origins that may record: `https://app.example.com`, `https://*.example.com` (any name below,
 * not the name itself), `http://localhost:*` (any port), `null` (pages without an origin, such as files), or `*`.
 */
export interface OriginPattern {
  readonly text: string;
  matches(origin: string): boolean;
}

const PATTERN = /^(https?|[a-z][a-z0-9+.-]*):\/\/(\*\.)?([a-z0-9._-]+|\[[0-9a-f:]+\])(?::(\d{1,5}|\*))?$/;
const ORIGIN = /^([a-z][a-z0-9+.-]*):\/\/([a-z0-9._-]+|\[[0-9a-f:]+\])(?::(\d{1,5}))?$/;

/** Reads a pattern; `undefined` when it is none. */
export function parseOriginPattern(text: string): OriginPattern | undefined {
  if (text === "*") return { text, matches: () => true };
  if (text === "null") return { text, matches: (origin) => origin === "null" };
  const match = PATTERN.exec(text.toLowerCase());
  if (match === null) return undefined;
  const [, scheme, wildcard, host = "", port] = match;
  const matches = (origin: string): boolean => {
    const parts = ORIGIN.exec(origin);
    if (parts === null || parts[1] !== scheme) return false;
    if (port !== "*" && withoutDefault(scheme, parts[3]) !== withoutDefault(scheme, port)) return false;
    const name = parts[2] ?? "";
    return wildcard === undefined
      ? name === host
      : name.length > host.length + 1 && name.endsWith(`.${host}`);
  };
  return { text, matches };
}

/** The origins a fresh project may be recorded from: any page of this machine. */
export const LOCAL_ORIGINS: readonly string[] = ["http", "https"].flatMap((scheme) =>
  ["localhost", "*.localhost", "127.0.0.1", "[::1]"].map((host) => `${scheme}://${host}:*`),
);

function withoutDefault(scheme: string | undefined, port: string | undefined): string | undefined {
  return (scheme === "http" && port === "80") || (scheme === "https" && port === "443") ? undefined : port;
}
