import type { ExportPhase, SessionExport, SessionId } from "@reeltime/recorder/protocol";
import { codeOf } from "./trouble.js";

/** What of the API an export needs. */
export interface ExportApi {
  /** How the session's video is; `null` when nobody asked for one. */
  exportStatus(id: SessionId): Promise<SessionExport | null>;
  /** Asks for it. What is answered is how it is now. */
  beginExport(id: SessionId): Promise<SessionExport | null>;
  /** Gives it up, or removes what was made. */
  removeExport(id: SessionId): Promise<unknown>;
}

/** How the making of a video stands, as a viewer is told. */
export type VideoExportState =
  /** Not known yet. */
  | { readonly phase: "asking" }
  /** Nobody asked for one. */
  | { readonly phase: "none" }
  /** Is being made, or waits for others: `queued`, with a `percent` of 0. */
  | { readonly phase: "making"; readonly step: "queued" | ExportPhase; readonly percent: number }
  | {
      readonly phase: "ready";
      readonly bytes: number;
      readonly durationMs: number;
      readonly size: string;
      /** False: made while the session went on. */
      readonly whole: boolean;
      readonly dropped: number;
    }
  /** `lasting`: to try again helps only once something was done about it. */
  | { readonly phase: "failed"; readonly title: string; readonly text: string; readonly lasting: boolean };

/** Milliseconds between two questions while a video is made. */
const ASK_EVERY_MS = 700;

/** Options of a {@link VideoExport}. */
export interface VideoExportOptions {
  readonly api: ExportApi;
  readonly session: SessionId;
  readonly changed: (state: VideoExportState) => void;
  /** Calls back once after some time; the answer stops it. */
  readonly after: (ms: number, callback: () => void) => () => void;
}

/** Follows the making of one session's video while somebody looks. */
export class VideoExport {
  readonly #options: VideoExportOptions;
  #stop = (): void => {};
  /** Grows with each thing asked: an answer to an older one is dropped. */
  #asked = 0;

  constructor(options: VideoExportOptions) {
    this.#options = options;
  }

  /** Looks how it is, and goes on looking while it changes. */
  look(): Promise<void> {
    const { api, session } = this.#options;
    return this.#ask(() => api.exportStatus(session));
  }

  /** Asks for the video, anew where there is an older one. */
  async begin(again = false): Promise<void> {
    const { api, session } = this.#options;
    this.#options.changed({ phase: "making", step: "queued", percent: 0 });
    await this.#ask(async () => {
      if (again) await api.removeExport(session);
      return api.beginExport(session);
    });
  }

  /** Gives it up. */
  async cancel(): Promise<void> {
    const { api, session } = this.#options;
    await this.#ask(async () => {
      await api.removeExport(session);
      return null;
    });
  }

  /** Looks no longer. */
  close(): void {
    this.#asked += 1;
    this.#stop();
  }

  async #ask(question: () => Promise<SessionExport | null>): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    this.#stop();
    let state: VideoExportState;
    try {
      state = exportStateOf(await question());
    } catch (error) {
      state = failureOf(error);
    }
    if (asked !== this.#asked) return;
    this.#options.changed(state);
    if (state.phase === "making") this.#stop = this.#options.after(ASK_EVERY_MS, () => void this.look());
  }
}

/** How an export stands, in a viewer's terms. */
export function exportStateOf(told: SessionExport | null): VideoExportState {
  if (told === null) return { phase: "none" };
  if (told.state === "failed") {
    const { code, message } = told.error ?? { code: "failed", message: "" };
    return {
      phase: "failed",
      title: TITLES[code] ?? NOT_MADE,
      text: message,
      lasting: code !== "unavailable",
    };
  }
  if (told.state === "ready" && told.video !== null) {
    const { bytes, durationMs, width, height, whole, dropped } = told.video;
    return { phase: "ready", bytes, durationMs, size: `${width} × ${height}`, whole, dropped };
  }
  const step = told.state === "queued" ? "queued" : (told.phase ?? "painting");
  return { phase: "making", step, percent: told.percent };
}

const NOT_MADE = "The video could not be made";
const TITLES: Readonly<Record<string, string>> = {
  no_ffmpeg: "The server has no ffmpeg",
  no_pictures: "There is nothing to make a video of",
  too_large: "The session is too large for a video",
  took_too_long: "Making the video took too long",
  no_space: "The server has no room for a video",
};

/** A refusal carries the server's own words, which say what to do. */
function failureOf(error: unknown): VideoExportState {
  const said = error instanceof Error ? error.message : "";
  const code = codeOf(error);
  if (code === "network" || said === "")
    return { phase: "failed", title: NOT_MADE, text: "The server cannot be reached.", lasting: false };
  const ffmpeg = code === "unavailable" && /ffmpeg/i.test(said);
  return {
    phase: "failed",
    title: ffmpeg ? (TITLES.no_ffmpeg ?? NOT_MADE) : NOT_MADE,
    text: said,
    lasting: ffmpeg,
  };
}
