import { ApiError } from "../client/api-error.js";
import type { PlayerProblem } from "./state.js";

/** What a viewer is told of a failure; `undefined` when it is none: the request was given up. */
export function problemOf(error: unknown): PlayerProblem | undefined {
  if (!(error instanceof ApiError)) return { code: "bad_answer", message: "the session cannot be read" };
  return error.code === "aborted" ? undefined : { code: error.code, message: error.message };
}
