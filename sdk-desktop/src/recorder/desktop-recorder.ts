import type { EndReason, Session } from "@reeltime/recorder/uploader";
import { MAX_MEMORY_BYTES, START_BOUND_MS } from "../limits.js";
import { readOptions, type Settings, wrongTarget } from "../options.js";
import type { Detail, Recorder, RecorderOptions, RecorderStatus, Target } from "../types.js";
import type { Host } from "./host.js";
import { beginMemoryRun } from "./memory-spool.js";
import { Run, type RunOptions } from "./run.js";
import { Tally } from "./tally.js";
import { REFUSED_WORDS } from "./trouble-words.js";
import { Troubles } from "./troubles.js";

/**
 * A recorder over a given host. With options that cannot be meant as they are it records nothing, and says why.
 */
export function createDesktopRecorder(given: RecorderOptions, host: Host): Recorder {
  const read = readOptions(given);
  if ("settings" in read) return new DesktopRecorder(read.settings, host);
  const hear = (given as Partial<RecorderOptions> | undefined)?.onTrouble;
  const troubles = new Troubles(typeof hear === "function" ? hear : undefined);
  troubles.add("options", "invalid_options", `${read.wrong} Nothing is recorded.`);
  return new DesktopRecorder(undefined, host, troubles);
}

/** What a recorder's app sees: begins and ends runs, and keeps what outlives one. */
class DesktopRecorder implements Recorder {
  readonly #settings: Settings | undefined;
  readonly #host: Host;
  readonly #troubles: Troubles;
  /** Left out by sampling; decided once. */
  readonly #isOut: boolean;
  #target: Target;
  #user: RunOptions["user"];
  #tally: Tally;
  #run: Run | undefined;
  #state: RecorderStatus["state"] = "idle";
  /** Of the run, and after its end of the last one. */
  #session: Session | undefined;
  #starting: (() => void) | undefined;
  #stopping: Promise<void> | undefined;

  constructor(settings: Settings | undefined, host: Host, troubles = new Troubles(settings?.onTrouble)) {
    this.#settings = settings;
    this.#host = host;
    this.#troubles = troubles;
    this.#isOut = settings !== undefined && host.chance() >= settings.sampleRate;
    this.#target = settings?.target ?? { kind: "displays" };
    const { id, ...traits } = settings?.user ?? {};
    this.#user = id === undefined ? undefined : [id, traits];
    this.#tally = new Tally(host.monotonicMs);
  }

  async start(): Promise<void> {
    if (this.#stopping) await this.#stopping;
    const settings = this.#settings;
    if (!settings || this.#isOut || this.#run) return;
    this.#state = "recording";
    this.#session = undefined;
    this.#tally = new Tally(this.#host.monotonicMs);
    this.#troubles.clear("sending");
    const sending = beginMemoryRun(settings.apiHost, settings.projectKey, MAX_MEMORY_BYTES);
    const spool = { begin: () => sending, room: () => sending.hasRoom };
    const run = new Run({
      settings,
      target: this.#target,
      user: this.#user,
      host: this.#host,
      troubles: this.#troubles,
      tally: this.#tally,
      spool,
      onOpen: (session) => {
        if (run !== this.#run) return;
        this.#session = session;
        this.#starting?.();
      },
      onEnd: (reason) => this.#ended(run, reason),
    });
    this.#run = run;
    const opened = new Promise<void>((resolve) => {
      // Keeps the app alive, as who waits for it would expect.
      const timer = setTimeout(resolve, START_BOUND_MS);
      this.#starting = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    run.begin();
    await opened;
  }

  stop(): Promise<void> {
    const run = this.#run;
    if (!run) return this.#stopping ?? Promise.resolve();
    this.#run = undefined;
    this.#state = "stopped";
    this.#starting?.();
    this.#stopping = run.stop().then(() => this.#forget());
    return this.#stopping;
  }

  pause(): void {
    if (this.#state !== "recording") return;
    this.#state = "paused";
    this.#run?.pause();
  }

  resume(): void {
    if (this.#state !== "paused") return;
    this.#state = "recording";
    this.#run?.resume();
  }

  identify(id: string, traits?: Detail): void {
    this.#user = [id, traits];
    this.#run?.identify(id, traits);
  }

  event(name: string, detail?: Detail): void {
    this.#run?.event(name, detail);
  }

  setTarget(target: Target): void {
    const wrong = wrongTarget(target);
    if (wrong !== undefined) {
      this.#troubles.add("target", "invalid_options", `The target ${wrong}. It stays as it was.`);
      return;
    }
    this.#troubles.clear("target");
    this.#target = target;
    this.#run?.setTarget(target);
  }

  getSessionUrl(): string | undefined {
    return this.#session?.url;
  }

  get status(): RecorderStatus {
    const { fps, bytesPerSecond, ...sums } = this.#tally.figures;
    return {
      state: this.#state,
      sessionId: this.#session?.sessionId,
      fps: this.#run ? fps : 0,
      bytesPerSecond: this.#run ? bytesPerSecond : 0,
      ...sums,
      spooledBytes: 0,
      watched: this.#run?.watched ?? false,
      troubles: this.#troubles.list,
    };
  }

  /** Others have stopped the session, or the collector refuses it. */
  #ended(run: Run, reason: EndReason): void {
    if (run !== this.#run) return;
    this.#run = undefined;
    this.#state = "stopped";
    run.abandon();
    this.#forget();
    if (reason === "refused") this.#troubles.add("sending", "refused", REFUSED_WORDS);
    this.#starting?.();
  }

  #forget(): void {
    this.#stopping = undefined;
    for (const source of ["capture", "input", "sending", "spool"] as const) this.#troubles.clear(source);
  }
}
