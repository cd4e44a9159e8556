/** What can be wrong with bytes or words that claim to be of Reeltime's format. */
export type ProtocolErrorCode =
  /** Not msgpack, cut short, or followed by bytes that belong to nothing. */
  | "malformed"
  /** Well-formed, but of a version this build does not read. */
  | "unsupported_version"
  /** Well-formed, but a field has the wrong type or an impossible value. */
  | "invalid"
  /** Well-formed, but over one of the limits in `limits.ts`. */
  | "too_large";

/** The one error of this package. Match on `code`, never on the text. */
export class ProtocolError extends Error {
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "ProtocolError";
    this.code = code;
  }
}
