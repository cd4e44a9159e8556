import { type CloseReason, ERROR_STATUS, type ErrorCode } from "@reeltime/recorder/protocol";

/** What a refusal may say beside its message. */
export interface HttpErrorDetail {
  /** With `gap`: the number expected next. */
  readonly expected?: number;
  /** With `session_closed`: why. */
  readonly reason?: CloseReason;
  /** With `rate_limited` and `unavailable`: seconds until it is worth trying again. */
  readonly retryAfterSeconds?: number;
}

/** A refusal on its way to the client: thrown anywhere under a route, written in one place. */
export class HttpError extends Error {
  readonly code: ErrorCode;
  readonly detail: HttpErrorDetail;

  constructor(
    code: ErrorCode,
    message: string,
    detail: HttpErrorDetail = {},
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
    this.name = "HttpError";
    this.code = code;
    this.detail = detail;
  }

  /** The HTTP status, from the one table. */
  get status(): number {
    return ERROR_STATUS[this.code];
  }
}
