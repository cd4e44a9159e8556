/** The only retry, resend and offline code, for both SDKs. Runs in any runtime. */
export { type Draft, type Entry, lostDraft } from "./draft.js";
export * from "./limits.js";
export type {
  Deflate,
  EndReason,
  Fetch,
  Keeper,
  Leftover,
  Session,
  Uploader,
  UploaderOptions,
} from "./ports.js";
export { createUploader } from "./uploader.js";
