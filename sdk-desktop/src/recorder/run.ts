import type { AckResponse, Fact, WindowId } from "@reeltime/recorder/protocol";
import type { EndReason, Fetch, Session } from "@reeltime/recorder/uploader";
import type { PictureArea } from "../geometry.js";
import { DORMANT_MS, MAX_WAITING_FACTS, STOP_BOUND_MS, TICK_MS } from "../limits.js";
import type { Settings } from "../options.js";
import type { Spool, SpoolRun } from "../spool/types.js";
import type { Detail, Target } from "../types.js";
import { CaptureDesk } from "./capture-desk.js";
import type { EpochClock } from "./clock.js";
import { createFact } from "./facts.js";
import { FrameComposer } from "./frame-composer.js";
import { Hands } from "./hands.js";
import type { Host } from "./host.js";
import { createId } from "./ids.js";
import { InputDesk } from "./input-desk.js";
import { Picture } from "./picture.js";
import { type PictureParts, Pictures } from "./pictures.js";
import { pixelsOf } from "./place.js";
import { createPresence, isHalted, type Presence } from "./presence.js";
import type { Tally } from "./tally.js";
import type { Troubles } from "./troubles.js";

/** Who uses the app, as `identify` was told. */
export type RunUser = readonly [id: string, traits: Detail | undefined];

/** What one run of a recorder stands on. */
export interface RunOptions {
  readonly settings: Settings;
  readonly target: Target;
  readonly user: RunUser | undefined;
  readonly host: Host;
  /** Asks the collector. */
  readonly fetch: Fetch;
  readonly troubles: Troubles;
  readonly tally: Tally;
  readonly clock: EpochClock;
  /** Where frames wait until they are acknowledged. */
  readonly spool: Pick<Spool, "begin" | "room">;
  /** The session is open, or another one that goes on from it; or it has a new token. */
  readonly onSession: (session: Session) => void;
  /** It was stopped or refused by others; nothing more is recorded. */
  readonly onEnd: (reason: EndReason) => void;
}

/**
 * One recording, from its start to its stop: the pictures and the session they share, with a desk for each helper. Holds
 * what is so and passes on what happens; what follows from it is decided in the modules beside it.
 */
export class Run {
  readonly #options: RunOptions;
  readonly #clock: EpochClock;
  readonly #sending: SpoolRun;
  readonly #presence: Presence = createPresence();
  readonly #pictures: Pictures;
  readonly #capture: CaptureDesk;
  readonly #input: InputDesk;
  #user: RunUser | undefined;
  /** Whom the session was told. */
  #toldUser: RunUser | undefined;
  #session: Session | undefined;
  /** Facts from before the first picture. */
  #waiting: Fact[] = [];
  #timer: unknown;
  #stopped = (): void => {};

  constructor(options: RunOptions) {
    this.#options = options;
    this.#user = options.user;
    this.#clock = options.clock;
    this.#sending = options.spool.begin();
    this.#pictures = new Pictures(
      (area) => this.#createPicture(area),
      ({ composer, uploader }) => {
        composer.flush();
        uploader.retire(composer.empty("close"));
      },
    );
    const shared = {
      ...options,
      pictures: this.#pictures,
      presence: this.#presence,
    };
    this.#capture = new CaptureDesk({
      ...shared,
      onChange: (atMs) => {
        this.#presence.changeMs = atMs;
        // Where nobody's input can be heard, what changes is all that says that somebody is there.
        if (!this.#input.hears) this.#presence.inputMs = atMs;
      },
      onPlaced: () => this.#placed(),
    });
    const hands = new Hands({
      pictures: this.#pictures,
      at: this.#clock.at,
      tell: (fact, where) => this.#tell(fact, where),
    });
    this.#input = new InputDesk({ ...shared, hands, onTouch: (atMs) => this.#touch(atMs) });
  }

  /** Whether somebody watches, as the last answer said. */
  get watched(): boolean {
    return this.#presence.watched;
  }

  /** Events that were lost, and told so in the session. */
  get lost(): number {
    return this.#sending.lost;
  }

  /** Starts the helpers; the session opens with the first capture. */
  begin(): void {
    this.#capture.begin();
    this.#input.begin();
    this.#tick();
  }

  /** Records nothing more until `resume`, and tells viewers so. */
  pause(): void {
    if (this.#presence.paused || this.#presence.over) return;
    this.#presence.paused = true;
    this.#input.pause(true);
    this.#capture.setPace();
    for (const { picture, composer } of this.#pictures.now) {
      picture.halt("paused", this.#clock.now());
      composer.flush();
    }
  }

  /** Goes on, with a checkout. */
  resume(): void {
    if (!this.#presence.paused || this.#presence.over) return;
    this.#presence.paused = this.#presence.dormant = false;
    this.#input.pause(false);
    this.#renew();
    // Who resumes is there, whoever else is.
    this.#touch(this.#options.host.monotonicMs());
    this.#tellUser();
  }

  /** Says who is using the app, for this session and those that follow. */
  identify(id: string, traits?: Detail): void {
    this.#user = [id, traits];
    this.#tellUser();
  }

  /** Says that something happened. */
  event(name: string, detail?: Detail): void {
    this.#say("custom", name, detail);
  }

  /** Records something else. */
  setTarget(target: Target): void {
    this.#capture.setTarget(target);
    this.#input.setTarget(target);
  }

  /**
   * Sends what there is and closes the session. Resolves when that is done, or when the bound is reached: what is not sent by
   * then stays on the disk, where there is one.
   */
  async stop(): Promise<void> {
    if (this.#presence.over) return;
    const ended = this.#endHelpers();
    const { timers } = this.#options.host;
    const bound = new Promise<void>((resolve) => {
      const timer = timers.set(resolve, STOP_BOUND_MS);
      void this.#close().then(() => {
        timers.clear(timer);
        resolve();
      });
    });
    await Promise.all([ended, bound]);
  }

  /** Records and sends nothing more: others have stopped the session. */
  abandon(): void {
    void this.#endHelpers();
    for (const { uploader } of this.#pictures.all) uploader.end();
  }

  async #endHelpers(): Promise<void> {
    this.#presence.over = true;
    this.#options.host.timers.clear(this.#timer);
    await Promise.all([this.#capture.end(), this.#input.end()]);
  }

  /** The last frames of all pictures. The last one of the main picture closes the session, once all others are sent. */
  async #close(): Promise<void> {
    const main = this.#pictures.main;
    if (!main) return;
    for (const { composer, uploader } of this.#pictures.all) {
      composer.flush();
      if (uploader !== main.uploader) uploader.push(composer.empty("close"));
    }
    await new Promise<void>((resolve) => {
      this.#stopped = resolve;
      main.uploader.stop(main.composer.empty("close"));
    });
  }

  #createPicture(area: PictureArea): PictureParts {
    const { settings, host, fetch, tally, spool } = this.#options;
    const presence = this.#presence;
    const window: WindowId = createId();
    const uploader = this.#sending.createUploader({
      describe: () => this.#describe(),
      fetch,
      clock: this.#clock.now,
      chance: host.chance,
      setTimer: host.timers.set,
      clearTimer: host.timers.clear,
      createWriter: createId,
      // A picture that is gone leaves the session's windows; it comes back with a checkout.
      beat: () => (isHere() && !presence.dormant && !presence.over ? composer.empty("beat") : undefined),
      askCheckout: () => this.#askCheckout(area.id),
      onAck: (ack) => this.#acked(ack, area.id, window),
      onOpen: (session) => this.#opened(session),
      onEnd: (reason) => this.#ended(reason),
    });
    let inputMs: number | undefined;
    const isHere = (): boolean => this.#pictures.get(area.id) !== undefined;
    const composer: FrameComposer = new FrameComposer({
      window,
      nowMs: this.#clock.now,
      timers: host.timers,
      inputMs: () => {
        // What a person does is of the picture they do it in, and of no other: viewers follow the one in use.
        if (this.#pictures.main?.composer === composer) inputMs = presence.inputMs;
        return inputMs === undefined ? undefined : this.#clock.at(inputMs);
      },
      push: (draft) => {
        // A session that was closed for its time goes on in a new one when somebody is there, and not before.
        if (presence.dormant) return;
        tally.sent(draft);
        uploader.push(draft);
      },
    });
    composer.setWatched(presence.watched);
    const titles = settings.rules.recordTitles;
    const picture = new Picture(area, {
      composer,
      hasRoom: () => spool.room(),
      titles,
      blank: settings.mode === "events",
    });
    return { picture, composer, uploader };
  }

  #describe(): ReturnType<Host["describe"]> {
    const [area] = this.#pictures.areas;
    const size = area && pixelsOf(area);
    const screen = size && { screenWidth: size.width, screenHeight: size.height };
    return { ...this.#options.host.describe(), ...screen };
  }

  /** Looks at what no message tells: time that passes, a machine that slept, and helpers that hang. */
  #tick(): void {
    this.#clock.look();
    this.#capture.tick();
    this.#input.tick();
    this.#timer = this.#options.host.timers.set(() => this.#tick(), TICK_MS);
  }

  /** A checkout of one picture, as soon as it is captured; of one that is not, at once. */
  #askCheckout(picture: string): void {
    if (isHalted(this.#presence)) return;
    this.#pictures.get(picture)?.picture.renew(this.#clock.now());
    this.#capture.askCheckout(picture);
  }

  /** A checkout of all pictures. */
  #renew(): void {
    for (const { picture } of this.#pictures.now) picture.forget(this.#clock.now());
    this.#capture.askCheckout();
    this.#capture.setPace();
  }

  #placed(): void {
    this.#input.place();
    if (!this.#pictures.main) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const fact of waiting) this.#tell(fact, undefined);
  }

  /** Somebody did something. */
  #touch(atMs: number): void {
    const presence = this.#presence;
    if (presence.paused || presence.over) return;
    presence.inputMs = Math.max(presence.inputMs ?? 0, atMs);
    if (presence.dormant) {
      presence.dormant = false;
      this.#renew();
    }
    this.#capture.setPace();
  }

  /** Once a session, when it is open. */
  #tellUser(): void {
    const user = this.#user;
    if (!this.#session || this.#presence.paused || !user || user === this.#toldUser) return;
    this.#toldUser = user;
    this.#say("identify", ...user);
  }

  #say(type: "identify" | "custom", text: string, detail?: Detail): void {
    const { paused, over } = this.#presence;
    if (!paused && !over) this.#tell(createFact(type, this.#clock.now(), text, detail), undefined);
  }

  #tell(fact: Fact, where: PictureParts | undefined): void {
    const parts = where ?? this.#pictures.main;
    if (parts) {
      if (!parts.picture.tell(fact)) this.#options.tally.lost(1);
    } else if (this.#waiting.length < MAX_WAITING_FACTS) this.#waiting.push(fact);
    else this.#options.tally.lost(1);
  }

  #acked(ack: AckResponse, picture: string, window: WindowId): void {
    if (ack.checkout.includes(window)) this.#askCheckout(picture);
    if (ack.token !== undefined && this.#session) {
      this.#session = { ...this.#session, token: ack.token };
      this.#options.onSession(this.#session);
    }
    if (ack.watched !== this.#presence.watched) {
      this.#presence.watched = ack.watched;
      for (const { composer } of this.#pictures.all) composer.setWatched(ack.watched);
    }
    this.#capture.setPace();
  }

  #opened(session: Session): void {
    const isNew = session.sessionId !== this.#session?.sessionId;
    this.#session = session;
    if (!isNew) return;
    this.#toldUser = undefined;
    this.#tellUser();
    this.#options.onSession(session);
  }

  /** The session takes nothing more. True: go on in a new one. */
  #ended(reason: EndReason): boolean {
    const presence = this.#presence;
    if (presence.over) {
      this.#stopped();
      return false;
    }
    if (reason === "stopped" || reason === "erased" || reason === "refused") {
      this.#options.onEnd(reason);
      return false;
    }
    const { inputMs = Number.NEGATIVE_INFINITY } = presence;
    // What moves by itself must not open one session after another: wait for a person.
    presence.dormant = presence.paused || this.#options.host.monotonicMs() - inputMs > DORMANT_MS;
    this.#capture.setPace();
    return !presence.dormant;
  }
}
