import type { ErrorCode, S2LiteError } from "../errors.js";
import { jsonText } from "../wire/json-text.js";

/** Which status each code answers with. The only place that says so. */
const STATUS: Readonly<Record<ErrorCode, number>> = {
  bad_header: 400,
  bad_path: 400,
  bad_query: 400,
  bad_json: 400,
  bad_proto: 400,
  bad_frame: 400,
  basin_not_found: 404,
  stream_not_found: 404,
  resource_already_exists: 409,
  basin_deletion_pending: 409,
  stream_deletion_pending: 409,
  transaction_conflict: 409,
  fencing_token_mismatch: 412,
  seq_num_mismatch: 412,
  unsupported_encoding: 415,
  unwritten: 416,
  invalid: 422,
  other: 500,
  storage: 500,
  not_implemented: 501,
  unavailable: 503,
  server_draining: 503,
  folder_in_use: 500,
  bad_option: 500,
};

/** An error as it is told to a client: HTTP status and body. An empty body is sent empty. */
export function errorAnswer(error: S2LiteError): { readonly status: number; readonly body: string } {
  const status = STATUS[error.code];
  if (error.code === "unsupported_encoding") return { status, body: "" };
  return { status, body: jsonText(error.detail ?? { code: error.code, message: error.message }) };
}
