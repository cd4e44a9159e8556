import type { Recorder, RecorderOptions } from "../types.js";
import { AGENT_PROTOCOL, LOOK_EVERY_MS } from "./limits.js";
import type { Line } from "./lines.js";
import type { AgentErrorCode, AgentReply, AgentRequest, RequestId } from "./messages.js";
import { readRequest } from "./requests.js";

/** What an {@link Agent} needs of its process. */
export interface AgentOptions {
  readonly createRecorder: (options: RecorderOptions) => Recorder;
  readonly send: (reply: AgentReply) => void;
  readonly version: string;
  readonly pid: number;
}

/** A recording that was started, and what was said of it. */
interface Running {
  readonly recorder: Recorder;
  readonly lookTimer: NodeJS.Timeout;
  url: string | undefined;
}

/**
 * Records for another program, by lines: each is done before the next is looked at, and answered. It never ends by itself:
 * whoever reads the lines calls {@link stop} when there are no more.
 */
export class Agent {
  readonly #options: AgentOptions;
  #running: Running | undefined;
  #statusTimer: NodeJS.Timeout | undefined;

  constructor(options: AgentOptions) {
    this.#options = options;
    options.send({ type: "ready", protocol: AGENT_PROTOCOL, version: options.version, pid: options.pid });
  }

  /** Does what a line asks for. Never rejects. */
  async take(line: Line): Promise<void> {
    if ("tooLong" in line) return this.#refuse("too_long", "The line is too long, and was passed over.");
    if (line.text.trim() === "") return;
    const request = readRequest(line.text);
    if ("refused" in request) return this.#refuse(request.refused, request.message, request.id);
    await this.#do(request);
  }

  /** Ends the recording, if there is one, and says so. */
  async stop(id?: RequestId): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    clearInterval(running.lookTimer);
    const { recorder } = running;
    this.#look(running);
    await recorder.stop();
    const { framesSent, bytesSent, lost, spooledBytes } = recorder.status;
    this.#options.send({
      type: "stopped",
      ...(id === undefined ? {} : { id }),
      ...(running.url === undefined ? {} : { url: running.url }),
      framesSent,
      bytesSent,
      lost,
      spooledBytes,
    });
  }

  /** Ends everything that would keep the process alive. */
  close(): void {
    clearInterval(this.#statusTimer);
    clearInterval(this.#running?.lookTimer);
  }

  async #do(request: AgentRequest): Promise<void> {
    const { id } = request;
    if (request.type === "start") return await this.#start(request.options, id);
    const recorder = this.#running?.recorder;
    if (recorder === undefined)
      return this.#refuse("not_started", `${request.type} needs a recording: send start before it.`, id);
    switch (request.type) {
      case "stop":
        return await this.stop(id);
      case "status":
        return this.#status(recorder, request.everyMs, id);
      case "pause":
        recorder.pause();
        break;
      case "resume":
        recorder.resume();
        break;
      case "identify":
        recorder.identify(request.user, request.traits);
        break;
      case "event":
        recorder.event(request.name, request.detail);
        break;
      case "target":
        recorder.setTarget(request.target);
        break;
    }
    if (id !== undefined) this.#options.send({ type: "done", id });
  }

  async #start(options: RecorderOptions, id: RequestId | undefined): Promise<void> {
    if (this.#running !== undefined)
      return this.#refuse("already_started", "It records already: send stop before another start.", id);
    const send = this.#options.send;
    let invalid: string | undefined;
    const recorder = this.#options.createRecorder({
      ...options,
      onTrouble: ({ code, message }) => {
        if (code === "invalid_options") invalid ??= message;
        else send({ type: "trouble", code, message });
      },
    });
    await recorder.start();
    if (invalid !== undefined) return this.#refuse("invalid_options", invalid, id);
    send({ type: "started", ...(id === undefined ? {} : { id }) });
    const lookTimer = setInterval(() => this.#look(running), LOOK_EVERY_MS);
    const running: Running = { recorder, lookTimer, url: undefined };
    this.#running = running;
    this.#look(running);
  }

  /** Says where the session can be watched, once it is open, and again when another follows it. */
  #look(running: Running): void {
    const { recorder } = running;
    const url = recorder.getSessionUrl();
    const { sessionId } = recorder.status;
    if (url === undefined || sessionId === undefined || url === running.url) return;
    running.url = url;
    this.#options.send({ type: "session", sessionId, url });
  }

  #status(recorder: Recorder, everyMs: number | undefined, id: RequestId | undefined): void {
    this.#options.send({ type: "status", ...(id === undefined ? {} : { id }), ...recorder.status });
    if (everyMs === undefined) return;
    clearInterval(this.#statusTimer);
    this.#statusTimer = undefined;
    if (everyMs === 0) return;
    this.#statusTimer = setInterval(() => {
      const now = this.#running?.recorder.status;
      if (now !== undefined) this.#options.send({ type: "status", ...now });
    }, everyMs);
  }

  #refuse(code: AgentErrorCode, message: string, id?: RequestId): void {
    this.#options.send({ type: "error", ...(id === undefined ? {} : { id }), code, message });
  }
}
