import { ERROR_STATUS, type ErrorCode } from "@reeltime/recorder/protocol";
import { ApiError } from "./api-error.js";
import type { Fetch } from "./runtime.js";

/** Where and how the client asks. */
export interface Target {
  readonly baseUrl: string;
  readonly fetch: Fetch;
  /** Sent with each request, such as `authorization`; asked anew each time. */
  readonly headers: () => Readonly<Record<string, string>>;
}

/** One question to the server. */
export interface Question {
  readonly method?: string;
  readonly path: string;
  readonly json?: unknown;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Asks and gives the answer when its status is a good one. Throws {@link ApiError}. */
export async function ask(target: Target, question: Question): Promise<Response> {
  const headers: Record<string, string> = {
    accept: question.accept ?? "application/json",
    ...target.headers(),
    ...question.headers,
  };
  const init: RequestInit = { method: question.method ?? "GET", headers, credentials: "same-origin" };
  if (question.signal) init.signal = question.signal;
  if (question.json !== undefined) {
    headers["content-type"] = "application/json";
    init.body = JSON.stringify(question.json);
  }
  let response: Response;
  try {
    response = await target.fetch(target.baseUrl + question.path, init);
  } catch (cause) {
    if (question.signal?.aborted === true)
      throw new ApiError("aborted", "the request was given up", { cause });
    throw new ApiError("network", "the server cannot be reached", { cause });
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

/** Asks for JSON. Throws {@link ApiError}. */
export async function askJson<T>(target: Target, question: Question): Promise<T> {
  const response = await ask(target, question);
  try {
    return (await response.json()) as T;
  } catch (cause) {
    throw new ApiError("bad_answer", "the answer is not JSON", { status: response.status, cause });
  }
}

async function refusal(response: Response): Promise<ApiError> {
  const requestId = response.headers.get("x-request-id") ?? undefined;
  const status = response.status;
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    // Not JSON: something between us and the server answered. The status says what there is to say.
  }
  const error = (body as { error?: { code?: unknown; message?: unknown } } | undefined)?.error;
  if (typeof error?.code === "string" && Object.hasOwn(ERROR_STATUS, error.code)) {
    const message = typeof error.message === "string" ? error.message : error.code;
    return new ApiError(error.code as ErrorCode, message, { status, requestId });
  }
  return new ApiError(codeOf(status), `the server answered ${status}`, { status, requestId });
}

function codeOf(status: number): ErrorCode {
  const found = Object.entries(ERROR_STATUS).find(([, value]) => value === status);
  if (found !== undefined) return found[0] as ErrorCode;
  return status >= 500 ? "unavailable" : "bad_request";
}
