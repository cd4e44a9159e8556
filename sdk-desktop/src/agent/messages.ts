import type { Detail, RecorderOptions, RecorderStatus, Target, TroubleCode } from "../types.js";

/** What a host calls a request by, to know its answer. */
export type RequestId = string | number;

/** What a host asks for, one line each. */
export type AgentRequest = { readonly id?: RequestId } & (
  | { readonly type: "start"; readonly options: RecorderOptions }
  | { readonly type: "stop" }
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  | { readonly type: "identify"; readonly user: string; readonly traits: Detail }
  | { readonly type: "event"; readonly name: string; readonly detail: Detail }
  | { readonly type: "target"; readonly target: Target }
  /** `everyMs`: also told without being asked, so often; 0: no more. */
  | { readonly type: "status"; readonly everyMs: number | undefined }
);

/** Why a line was not done; the codes are part of the protocol. */
export type AgentErrorCode =
  /** No JSON object with a `type`, or a field is missing or wrong. */
  | "malformed"
  | "too_long"
  | "unknown_type"
  | "unsupported_protocol"
  /** `start` while it records. */
  | "already_started"
  /** What needs a recording, before `start` or after `stop`. */
  | "not_started"
  | "invalid_options";

/** What the agent says, one line each. `id` is the request's, in what answers one. */
export type AgentReply =
  | { readonly type: "ready"; readonly protocol: number; readonly version: string; readonly pid: number }
  | { readonly type: "started"; readonly id?: RequestId }
  | { readonly type: "session"; readonly sessionId: string; readonly url: string }
  | { readonly type: "done"; readonly id?: RequestId }
  | ({ readonly type: "status"; readonly id?: RequestId } & RecorderStatus)
  | { readonly type: "trouble"; readonly code: TroubleCode; readonly message: string }
  | {
      readonly type: "stopped";
      readonly id?: RequestId;
      /** Of the session; absent when it was never open. */
      readonly url?: string;
      readonly framesSent: number;
      readonly bytesSent: number;
      readonly lost: number;
      readonly spooledBytes: number;
    }
  | {
      readonly type: "error";
      readonly id?: RequestId;
      readonly code: AgentErrorCode;
      readonly message: string;
    };
