import type { ExportFailure } from "@reeltime/recorder/protocol";

/** Why a video is not made. Its message is a sentence for whoever asked for it. */
export class ExportError extends Error {
  readonly code: ExportFailure;

  constructor(code: ExportFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ExportError";
    this.code = code;
  }
}
