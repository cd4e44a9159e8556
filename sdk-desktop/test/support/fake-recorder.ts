import type { Recorder, RecorderOptions, RecorderStatus, Trouble } from "../../src/types.js";

/** A recorder that records nothing: it remembers what it was told, and is what a test says. */
export class FakeRecorder implements Recorder {
  readonly options: RecorderOptions;
  readonly calls: (readonly unknown[])[] = [];
  url: string | undefined = "https://replay.test/sessions/s1";
  status: RecorderStatus = {
    state: "idle",
    sessionId: "s1",
    fps: 5,
    bytesPerSecond: 38_400,
    framesSent: 12,
    bytesSent: 3_400_000,
    skipped: 0,
    lost: 0,
    spooledBytes: 0,
    watched: false,
    troubles: [],
  };
  /** What happens at `start`. */
  onStart: () => void | Promise<void> = () => {};

  constructor(options: RecorderOptions) {
    this.options = options;
  }

  tell(trouble: Trouble): void {
    this.options.onTrouble?.(trouble);
  }

  async start(): Promise<void> {
    this.calls.push(["start"]);
    this.status = { ...this.status, state: "recording" };
    await this.onStart();
  }

  stop(): Promise<void> {
    this.calls.push(["stop"]);
    this.status = { ...this.status, state: "stopped" };
    return Promise.resolve();
  }

  pause(): void {
    this.calls.push(["pause"]);
  }

  resume(): void {
    this.calls.push(["resume"]);
  }

  identify(...told: Parameters<Recorder["identify"]>): void {
    this.calls.push(["identify", ...told]);
  }

  event(...told: Parameters<Recorder["event"]>): void {
    this.calls.push(["event", ...told]);
  }

  setTarget(...told: Parameters<Recorder["setTarget"]>): void {
    this.calls.push(["setTarget", ...told]);
  }

  getSessionUrl(): string | undefined {
    return this.url;
  }
}
