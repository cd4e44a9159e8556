import type { Fact } from "./facts.js";
import type { WindowId, WriterId } from "./ids.js";

/** The version of the frame envelope this build writes and reads. */
export const FRAME_VERSION = 1;

/**
 * What a frame holds. `dom`: rrweb events. `screen`: rectangles and input events of a desktop. `beat`: nothing,
 * the SDK is alive. `lost`: what was dropped, in place of it. `close`: the SDK says that it ends here.
 * On the wire a kind is its place in this list.
 */
export const FRAME_KINDS = ["dom", "screen", "beat", "lost", "close"] as const;
/** One of {@link FRAME_KINDS}. */
export type FrameKind = (typeof FRAME_KINDS)[number];

/** How a body is written: `json` plain UTF-8 JSON, `deflate-raw` the same deflated, `screen` rectangles. On the wire its place in this list. */
export const BODY_CODECS = ["json", "deflate-raw", "screen"] as const;
/** One of {@link BODY_CODECS}. */
export type BodyCodec = (typeof BODY_CODECS)[number];

/** Why events were dropped. `overflow`: the bounded queue was full. `too_large`: over a frame's limit. `storage`: the browser refused the space. `error`: it could not be written. `rate`: the server or the policy refused it. */
export const LOST_REASONS = ["overflow", "too_large", "storage", "error", "rate"] as const;
/** One of {@link LOST_REASONS}. */
export type LostReason = (typeof LOST_REASONS)[number];

/** How much was dropped, why and when: so that dropping leaves no gap in the numbers. Always followed by a checkout. */
export interface Lost {
  readonly events: number;
  /** UTF-8 bytes of the dropped events before compression. */
  readonly bytes: number;
  readonly reason: LostReason;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the server needs of a frame: everything but the body, which it never opens. */
export interface Envelope {
  readonly writer: WriterId;
  /** The writer's own count, from 0, without gaps. */
  readonly number: number;
  readonly window: WindowId;
  readonly kind: FrameKind;
  /** Capture time of the first event, epoch ms of the client's clock. */
  readonly firstMs: number;
  /** Capture time of the last event, at or after `firstMs`. */
  readonly lastMs: number;
  /** Time of the last user input, epoch ms of the client's clock; `undefined` before there was any. */
  readonly inputMs: number | undefined;
  /** True when playback can start from this frame: it begins with a full snapshot. */
  readonly checkout: boolean;
  readonly codec: BodyCodec;
  /** Names the key the body is sealed with; `undefined` when it is not. */
  readonly keyId: string | undefined;
  /** Events in the body. */
  readonly events: number;
  /** Bytes of the body before compression. */
  readonly rawBytes: number;
  readonly facts: readonly Fact[];
  /** Only, and always, with kind `lost`. */
  readonly lost: Lost | undefined;
}

/** A batch of consecutive events of one window, as the SDK sent it: the unit on the wire and in the stream. */
export interface Frame extends Envelope {
  readonly body: Uint8Array;
}
