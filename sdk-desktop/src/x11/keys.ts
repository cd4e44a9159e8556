import { openXClient } from "./client.js";
import { X_ANSWER_MS } from "./limits.js";

/** What is on the keys of a desktop's keyboard. */
export interface XKeys {
  readonly firstKeycode: number;
  /**
   * Of each key from the first on, as X numbers symbols; 0: none. By levels and groups: two of the first group, two of the
   * second, then further ones.
   */
  readonly keysyms: readonly (readonly number[])[];
}

/** Asks over a connection of its own, which ends with the answer. Rejects when there is none. */
export async function readKeys(display: string): Promise<XKeys> {
  const client = await openXClient(display);
  const tooLate = setTimeout(() => client.close(), X_ANSWER_MS);
  try {
    const { firstKeycode, lastKeycode } = client;
    const keysyms = await client.ask<readonly (readonly number[])[]>((settle) =>
      client.requests.GetKeyboardMapping(firstKeycode, lastKeycode - firstKeycode + 1, settle),
    );
    if (keysyms === undefined) throw new Error("the X server does not tell what is on the keys");
    return { firstKeycode, keysyms };
  } finally {
    clearTimeout(tooLate);
    client.close();
  }
}
