import type { SessionExport, SessionId } from "@reeltime/recorder/protocol";
import { describe, expect, it } from "vitest";
import { ApiError } from "../../../src/client/api-error.js";
import {
  type ExportApi,
  exportStateOf,
  VideoExport,
  type VideoExportState,
} from "../../../src/dashboard/model/video-export.js";

const ID = "01a1fbd7-2b6f-7101-8101-010101010101" as SessionId;

const told = (given: Partial<SessionExport>): SessionExport => ({
  id: "x",
  state: "running",
  phase: "painting",
  percent: 0,
  format: "mp4",
  window: null,
  overlay: ["cursor", "clicks"],
  video: null,
  error: null,
  ...given,
});

const video = {
  bytes: 9_000,
  durationMs: 60_000,
  width: 1_280,
  height: 720,
  whole: true,
  dropped: 0,
  madeMs: 1,
};

/** A server that makes a video in steps, and time in the test's hands. */
class Making implements ExportApi {
  now: SessionExport | null = null;
  error: Error | undefined;
  readonly asked: string[] = [];
  readonly states: VideoExportState[] = [];
  #next: (() => void) | undefined;
  readonly video = new VideoExport({
    api: this,
    session: ID,
    changed: (state) => this.states.push(state),
    after: (_ms, callback) => {
      this.#next = callback;
      return () => {
        this.#next = undefined;
      };
    },
  });

  #answer(what: string): Promise<SessionExport | null> {
    this.asked.push(what);
    return this.error === undefined ? Promise.resolve(this.now) : Promise.reject(this.error);
  }
  exportStatus = () => this.#answer("status");
  beginExport = () => {
    this.now ??= told({ state: "queued", phase: null });
    return this.#answer("begin");
  };
  removeExport = () => {
    this.now = null;
    return this.#answer("remove");
  };

  get waits(): boolean {
    return this.#next !== undefined;
  }
  async tick(): Promise<void> {
    const next = this.#next;
    this.#next = undefined;
    next?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  get last(): VideoExportState | undefined {
    return this.states.at(-1);
  }
}

describe("a session's video", () => {
  it("is asked for, followed while it is made, and handed over", async () => {
    const making = new Making();
    await making.video.look();
    expect(making.last).toEqual({ phase: "none" });
    expect(making.waits).toBe(false);
    await making.video.begin();
    expect(making.last).toEqual({ phase: "making", step: "queued", percent: 0 });
    making.now = told({ percent: 42 });
    await making.tick();
    expect(making.last).toEqual({ phase: "making", step: "painting", percent: 42 });
    making.now = told({ phase: "finishing", percent: 97 });
    await making.tick();
    expect(making.last).toEqual({ phase: "making", step: "finishing", percent: 97 });
    making.now = told({ state: "ready", phase: null, percent: 100, video });
    await making.tick();
    expect(making.last).toMatchObject({ phase: "ready", bytes: 9_000, size: "1280 × 720", whole: true });
    expect(making.waits).toBe(false);
    expect(making.asked).toEqual(["status", "begin", "status", "status", "status"]);
  });

  it("is given up, and asked for again", async () => {
    const making = new Making();
    await making.video.begin();
    await making.video.cancel();
    expect(making.last).toEqual({ phase: "none" });
    expect(making.waits).toBe(false);
    making.now = told({ state: "ready", percent: 100, video: { ...video, whole: false } });
    await making.video.begin(true);
    expect(making.asked.slice(-2)).toEqual(["remove", "begin"]);
    expect(making.last).toMatchObject({ phase: "making" });
  });

  it("says what is missing where it cannot be made", async () => {
    expect(
      exportStateOf(
        told({ state: "failed", error: { code: "no_ffmpeg", message: "Install the package ffmpeg." } }),
      ),
    ).toEqual({
      phase: "failed",
      title: "The server has no ffmpeg",
      text: "Install the package ffmpeg.",
      lasting: true,
    });
    const full = { code: "no_space", message: "The server's disk is nearly full." } as const;
    expect(exportStateOf(told({ state: "failed", error: full }))).toMatchObject({
      title: "The server has no room for a video",
      text: full.message,
    });
    const making = new Making();
    making.error = new ApiError("unavailable", "ffmpeg is not installed: apt-get install ffmpeg");
    await making.video.begin();
    expect(making.last).toMatchObject({ phase: "failed", title: "The server has no ffmpeg", lasting: true });
    making.error = new ApiError("network", "the server cannot be reached");
    await making.video.look();
    expect(making.last).toMatchObject({
      phase: "failed",
      text: "The server cannot be reached.",
      lasting: false,
    });
    expect(making.waits).toBe(false);
  });

  it("is looked at no longer once the dialog is closed", async () => {
    const making = new Making();
    await making.video.begin();
    making.video.close();
    expect(making.waits).toBe(false);
    const looked = making.video.look();
    making.video.close();
    await looked;
    expect(making.states).toHaveLength(2);
  });
});
