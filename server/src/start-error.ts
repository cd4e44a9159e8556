/**
 * Why the program cannot run. `config`: a setting is wrong or does not fit this machine; nothing but changing it
 * helps. `s2`: S2 cannot be reached or ended.
 */
export type StartErrorCode = "config" | "s2";

/** Ends the program with one clear line. Match on `code`. */
export class StartError extends Error {
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "StartError";
    this.code = code;
  }

  /** 2 when a setting must change, 1 when trying again may help. */
  get exitCode(): 1 | 2 {
    return this.code === "config" ? 2 : 1;
  }
}
