/** What a page needs of the format: writing only, without `msgpackr`. */
export { deflateRaw } from "./body.js";
export type { Fact, FactType, FactValue } from "./facts.js";
export type { BodyCodec, Envelope, Frame, FrameKind, Lost, LostReason } from "./frame.js";
export { encodeFrame } from "./frame-writer.js";
export type { AckResponse, ErrorResponse, OpenRequest, OpenResponse, StopResponse } from "./http.js";
export type { SessionId, WindowId, WriterId } from "./ids.js";
export * from "./limits.js";
export type { ClientInfo, CloseReason } from "./session-records.js";
export { encodeUpload, UPLOAD_FRAME_OVERHEAD_BYTES, UPLOAD_OVERHEAD_BYTES } from "./upload.js";
export { clipUtf8, utf8Length } from "./utf8.js";
