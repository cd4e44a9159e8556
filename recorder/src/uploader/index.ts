/** The only retry, resend and offline code, for both SDKs. Runs in any runtime. */
export { type Draft, emptyDraft } from "./draft.js";
export type { Deflate } from "./frame-queue.js";
export type { Leftover } from "./leftover.js";
export * from "./limits.js";
export type { EndReason, Fetch, Session, SessionStore, UploaderOptions } from "./ports.js";
export { Uploader } from "./uploader.js";
