/** How deep an error's causes are looked at. */
const MAX_CAUSES = 5;

/**
 * What S2 said when it refused who we are or what we may (HTTP 401 and 403), which no waiting changes; found in
 * an error or its causes. `undefined` for every other error.
 */
export function refusalOf(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; depth < MAX_CAUSES && current instanceof Error; depth++) {
    if ("status" in current && (current.status === 401 || current.status === 403)) {
      return current.message.split("\n", 1)[0];
    }
    current = current.cause;
  }
  return undefined;
}
