/** What can go wrong between us and S2. `unavailable`: not reached or overloaded, try again. `draining`: this process is going away. `corrupt`: a stream holds what no server of ours writes. `too_large`: more than one append can hold. */
export type RecorderErrorCode = "unavailable" | "draining" | "corrupt" | "too_large";

/** The one error of the recorder. Match on `code`. */
export class RecorderError extends Error {
  readonly code: RecorderErrorCode;

  constructor(code: RecorderErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "RecorderError";
    this.code = code;
  }
}
