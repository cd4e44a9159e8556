import type { EndReason, Session } from "@reeltime/recorder/uploader";
import { MAX_EARLY_CALLS, START_BOUND_MS, STOP_BOUND_MS } from "../limits.js";
import { readOptions, type Settings, wrongTarget } from "../options.js";
import type { Spool } from "../spool/types.js";
import type { Detail, Recorder, RecorderOptions, RecorderStatus, Target } from "../types.js";
import { attempt } from "./attempt.js";
import { createEpochClock } from "./clock.js";
import { collectorFetch } from "./collector-fetch.js";
import type { Host } from "./host.js";
import { createId } from "./ids.js";
import { type Line, openLine } from "./line.js";
import { Run, type RunOptions } from "./run.js";
import { Tally } from "./tally.js";
import { REFUSED_WORDS, strangerWords } from "./trouble-words.js";
import { Troubles } from "./troubles.js";

/**
 * A recorder over a given host. With options that cannot be meant as they are it records nothing, and says why.
 */
export function createDesktopRecorder(given: RecorderOptions, host: Host): Recorder {
  const read = attempt(() => readOptions(given)) ?? { wrong: "The options cannot be read." };
  if ("settings" in read) return new DesktopRecorder(read.settings, host);
  const hear = attempt(() => (given as Partial<RecorderOptions> | undefined)?.onTrouble);
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
  #spool: Spool | undefined;
  /** Bytes that the last run has left on the disk. */
  #leftBytes = 0;
  #line: Line | undefined;
  /** Settles when there is a run, or none any more. */
  #opening: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  /** What the app wants once that is over; `undefined`: nothing more. Its last word counts. */
  #next: "recording" | "paused" | undefined;
  /** What was asked for before there was a run. */
  readonly #early: ((run: Run) => void)[] = [];
  /** What `start` waits for. */
  #started = (): void => {};

  constructor(settings: Settings | undefined, host: Host, troubles = new Troubles(settings?.onTrouble)) {
    this.#settings = settings;
    this.#host = host;
    this.#troubles = troubles;
    this.#isOut = settings !== undefined && host.chance() >= settings.sampleRate;
    this.#target = settings?.target ?? { kind: "displays" };
    const { id, ...traits } = attempt(() => ({ ...settings?.user })) ?? {};
    this.#user = id === undefined ? undefined : [id, traits];
    this.#tally = new Tally(host.monotonicMs);
    // Why there is nothing to wait for is known then.
    troubles.onNews = (source) => {
      if (source === "capture") this.#started();
    };
  }

  async start(): Promise<void> {
    if (this.#stopping) {
      this.#next ??= "recording";
      await this.#stopping;
      if (this.#next === undefined) return;
    }
    const settings = this.#settings;
    if (!settings || this.#isOut || isUnderWay(this.#state)) return;
    this.#state = this.#next ?? "recording";
    this.#next = undefined;
    this.#session = undefined;
    this.#tally = new Tally(this.#host.monotonicMs);
    this.#troubles.clear("sending");
    const opened = new Promise<void>((resolve) => {
      // Keeps the app alive, as who waits for it would expect.
      const timer = setTimeout(resolve, START_BOUND_MS);
      this.#started = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#opening = this.#begin(settings);
    await Promise.all([this.#opening, opened]);
  }

  /** Opens the folder for what waits, and begins a run; not when it was stopped meanwhile. */
  async #begin(settings: Settings): Promise<void> {
    const host = this.#host;
    const clock = createEpochClock(host);
    const line = openLine(
      collectorFetch(host.fetch, {
        onStranger: (status) =>
          this.#troubles.add("sending", "no_server", strangerWords(settings.apiHost, status)),
        onCollector: () => this.#troubles.clear("sending", "no_server"),
      }),
    );
    const { fetch } = line;
    const spool = await host.openSpool({
      folder: settings.spoolFolder ?? host.spoolFolder(settings),
      maxBytes: settings.maxSpoolBytes,
      apiHost: settings.apiHost,
      projectKey: settings.projectKey,
      clock: clock.now,
      onTrouble: ({ code, message }) => this.#troubles.add("spool", code, message),
      onRecovered: (code) => this.#troubles.clear("spool", code),
    });
    this.#spool = spool;
    this.#line = line;
    if (!isUnderWay(this.#state)) return;
    const run = new Run({
      settings,
      target: this.#target,
      user: this.#user,
      host,
      fetch,
      troubles: this.#troubles,
      tally: this.#tally,
      clock,
      spool,
      onSession: (session) => {
        if (run !== this.#run) return;
        this.#session = session;
        host.onSession(session);
        this.#started();
      },
      onEnd: (reason) => this.#ended(run, reason),
    });
    this.#run = run;
    run.begin();
    if (this.#state === "paused") run.pause();
    for (const call of this.#early.splice(0)) call(run);
    void spool.sendLeftovers({
      describe: host.describe,
      fetch,
      clock: clock.now,
      chance: host.chance,
      setTimer: host.timers.set,
      clearTimer: host.timers.clear,
      createWriter: createId,
    });
  }

  stop(): Promise<void> {
    this.#next = undefined;
    if (isUnderWay(this.#state)) {
      this.#state = "stopped";
      this.#stopping = this.#end();
    }
    return this.#stopping ?? Promise.resolve();
  }

  async #end(): Promise<void> {
    // Nothing else of a recorder keeps its app alive, and who waits for this wants it to be done.
    const hold = setInterval(() => {}, STOP_BOUND_MS);
    await this.#opening;
    this.#started();
    await this.#run?.stop();
    await this.#forget();
    clearInterval(hold);
    this.#stopping = undefined;
  }

  pause(): void {
    if (this.#next) this.#next = "paused";
    if (this.#state !== "recording") return;
    this.#state = "paused";
    this.#run?.pause();
  }

  resume(): void {
    if (this.#next) this.#next = "recording";
    if (this.#state !== "paused") return;
    this.#state = "recording";
    this.#run?.resume();
  }

  identify(id: string, traits?: Detail): void {
    this.#user = [id, traits];
    this.#run?.identify(id, traits);
  }

  event(name: string, detail?: Detail): void {
    if (this.#run) this.#run.event(name, detail);
    else if (this.#state === "recording" && this.#early.length < MAX_EARLY_CALLS)
      this.#early.push((run) => run.event(name, detail));
  }

  setTarget(target: Target): void {
    const read = attempt(() => ({ wrong: wrongTarget(target) })) ?? { wrong: "cannot be read" };
    if (read.wrong !== undefined) {
      this.#troubles.add("target", "invalid_options", `The target ${read.wrong}. It stays as it was.`);
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
      lost: sums.lost + (this.#run?.lost ?? 0),
      spooledBytes: this.#spool?.keptBytes ?? this.#leftBytes,
      watched: this.#run?.watched ?? false,
      troubles: this.#troubles.list,
    };
  }

  /** Others have stopped the session, or the collector refuses it. */
  #ended(run: Run, reason: EndReason): void {
    if (run !== this.#run || this.#state === "stopped") return;
    this.#state = "stopped";
    if (reason === "refused") this.#troubles.add("sending", "refused", REFUSED_WORDS);
    run.abandon();
    this.#started();
    this.#stopping = this.#forget().then(() => {
      this.#stopping = undefined;
    });
  }

  /**
   * Nothing is recorded any more, so nothing of it is in trouble. What waits on the disk is for the next start; what waits
   * nowhere else than in here is lost.
   */
  async #forget(): Promise<void> {
    const run = this.#run;
    const spool = this.#spool;
    const lost = run?.lost ?? 0;
    this.#tally.lost(lost);
    this.#run = undefined;
    this.#early.length = 0;
    this.#host.onSession(undefined);
    const closed = spool?.close();
    // From here on an answer changes nothing.
    this.#line?.cut();
    await closed;
    this.#tally.lost((run?.lost ?? 0) - lost);
    this.#leftBytes = spool?.keptBytes ?? 0;
    this.#spool = this.#line = undefined;
    for (const source of ["capture", "input", "spool"] as const) this.#troubles.clear(source);
  }
}

const isUnderWay = (state: RecorderStatus["state"]): boolean => state === "recording" || state === "paused";
