/** The `s2` program, or one line that says what is missing. */
export function findS2(options?: {
  /** Whether it may be built, which takes ten minutes; it may by default. */
  readonly mayBuild?: boolean;
}): { readonly s2: string } | { readonly missing: string };
/** A port of the loopback that nobody has. */
export function freePort(): Promise<number>;
/** Starts S2's own server on a folder and resolves when it answers. It ends with this process at the latest. */
export function startS2(options: {
  /** The program's path. */
  readonly s2: string;
  readonly dir: string;
  /** A free one by default. */
  readonly port?: number;
}): Promise<{
  readonly endpoint: string;
  readonly port: number;
  readonly pid: number | undefined;
  /** Asks it to end, and waits for it. */
  close(): Promise<void>;
  /** Ends it without a word. */
  kill(): Promise<void>;
}>;
