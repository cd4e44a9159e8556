import type { ErrorCode } from "@reeltime/recorder/protocol";

/**
 * Why an answer could not be had. The server's own codes, and: `network` (no answer came), `aborted` (the
 * caller gave up), `bad_answer` (an answer that is not what was asked for).
 */
export type ApiErrorCode = ErrorCode | "network" | "aborted" | "bad_answer";

/** What the client throws. Match on `code`. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** The server's id of the request, to be found in its log. */
  readonly requestId: string | undefined;

  constructor(
    code: ApiErrorCode,
    message: string,
    options: {
      readonly status?: number;
      readonly requestId?: string | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "ApiError";
    this.code = code;
    this.status = options.status ?? 0;
    this.requestId = options.requestId;
  }
}
