import type { PictureArea } from "../geometry.js";
import type { WindowSource, WindowsSnapshot } from "../windows/desktop-window.js";
import { chooseTarget, type TargetChoice } from "../windows/target.js";
import { Alarm } from "./alarm.js";
import { ByteBudget } from "./budget.js";
import { type Photograph, pixelSize, type Scene, sameAreas, takePhotograph } from "./camera.js";
import { ColourCounter } from "./colours.js";
import { DISPLAYS_MS, FAILED_CAPTURES, STALE_ANSWER_MS } from "./limits.js";
import type { CaptureCommand, CaptureReport } from "./messages.js";
import type { PaintPlan } from "./plan.js";
import { dueMs, tickOf } from "./rate.js";
import type { RawImage } from "./raw-image.js";
import type { Screens } from "./screens.js";
import { Slot } from "./slot.js";
import { Troubles } from "./troubles.js";
import type { WebpEncoder } from "./webp.js";
import { WindowWatch } from "./window-watch.js";

/** What a capture helper needs. */
export interface CaptureHelperOptions {
  readonly screens: Screens;
  readonly encode: WebpEncoder;
  readonly openWindows: () => Promise<WindowSource>;
  readonly ownPids: () => Promise<ReadonlySet<number>>;
  readonly report: (report: CaptureReport) => void;
  /** Milliseconds, as `monotonicMs`. */
  readonly clock: () => number;
  /** Is given each masked capture: for tests. */
  readonly onCapture?: (picture: string, atMs: number, image: RawImage) => Promise<void>;
}

/** No display answers any more: nothing can be captured by this process. */
export class DisplayLost extends Error {
  override readonly name = "DisplayLost";
}

type Configuration = Extract<CaptureCommand, { type: "configure" }>;

/** Windows where nobody needs to know of any. */
const NO_WINDOWS: WindowsSnapshot = { atMs: 0, sinceMs: 0, windows: [], active: undefined };

/** Captures what it is told to, at the pace it is told, one capture at a time; what is denied never leaves it. */
export class CaptureHelper {
  readonly #options: CaptureHelperOptions;
  readonly #windows: WindowWatch;
  readonly #alarm = new Alarm();
  readonly #colours = new ColourCounter();
  readonly #slots = new Map<string, Slot>();
  readonly #troubles: Troubles;
  #configuration: Configuration | undefined;
  #budget: ByteBudget;
  #fps = 0;
  #choice: TargetChoice | undefined;
  /** What `pictures` said last. */
  #reported: readonly PictureArea[] | undefined;
  #lookMs = Number.NEGATIVE_INFINITY;
  #stopped = false;
  #mistake: unknown;

  constructor(options: CaptureHelperOptions) {
    this.#options = options;
    this.#budget = new ByteBudget(1, options.clock());
    this.#troubles = new Troubles(options.report);
    this.#windows = new WindowWatch({
      open: options.openWindows,
      clock: options.clock,
      onFailure: (reason) =>
        this.#troubles.begin(
          "capture_failed",
          "windows",
          `Which windows are open cannot be read (${reason}), so that all that is recorded is black.`,
        ),
      onRecovery: () => this.#troubles.end("capture_failed", "windows"),
    });
  }

  /** Does as it is told; at once, or with the next capture. */
  handle(command: CaptureCommand): void {
    switch (command.type) {
      case "configure":
        this.#configure(command);
        break;
      case "pace":
        this.#fps = command.fps;
        break;
      case "accepted":
        this.#answered(command.picture, (slot) => slot.picture.accept());
        break;
      case "refused":
        this.#answered(command.picture, (slot) => this.#spend(slot, -slot.picture.refuse()));
        break;
      case "checkout":
        for (const [id, slot] of this.#slots) if (id === (command.picture ?? id)) slot.picture.askCheckout();
        break;
      case "stop":
        this.#stopped = true;
        break;
    }
    this.#alarm.ring();
  }

  /** Captures until it is told to stop. Rejects with {@link DisplayLost}, or with a mistake of its own. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      if (this.#mistake !== undefined) throw this.#mistake;
      const now = this.#options.clock();
      const slot = this.#earliest();
      const waitMs = Math.min((slot ? dueMs(slot, this.#fps) : Infinity) - now, this.#untilLook(now));
      if (waitMs > 0) await this.#alarm.sleep(waitMs);
      else if (slot !== undefined && dueMs(slot, this.#fps) <= now) await this.#tick(slot);
      else await this.#look();
    }
    this.#windows.close();
  }

  #configure(configuration: Configuration): void {
    const now = this.#options.clock();
    this.#configuration = configuration;
    this.#budget = new ByteBudget(configuration.maxBytesPerSecond, now);
    this.#choice = undefined;
    this.#reported = undefined;
    this.#lookMs = Number.NEGATIVE_INFINITY;
    for (const [id, slot] of this.#slots) {
      const fresh = new Slot(slot.target, this.#options.encode);
      // What is answered next may be a paint from before: that it was answered is waited for, but not for ever.
      fresh.notBeforeMs = slot.awaiting ? now + STALE_ANSWER_MS : fresh.notBeforeMs;
      this.#slots.set(id, fresh);
    }
  }

  #answered(id: string, act: (slot: Slot) => void): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    if (!slot.busy) slot.notBeforeMs = Number.NEGATIVE_INFINITY;
    act(slot);
    slot.awaiting = false;
    slot.busy = false;
  }

  #earliest(): Slot | undefined {
    let earliest: Slot | undefined;
    for (const slot of this.#slots.values())
      if (!slot.busy && (!earliest || dueMs(slot, this.#fps) < dueMs(earliest, this.#fps))) earliest = slot;
    return earliest;
  }

  /** Milliseconds until what there is to capture must be looked at although no capture does: at first, and while there is nothing, or nothing is captured. */
  #untilLook(now: number): number {
    if (this.#configuration === undefined) return Infinity;
    if (this.#reported !== undefined && this.#fps > 0 && this.#slots.size > 0) return Infinity;
    return this.#lookMs + DISPLAYS_MS - now;
  }

  /** What there is to capture now; says so where it changed. `undefined`: that cannot be told. */
  async #look(): Promise<Scene | undefined> {
    const configuration = this.#configuration;
    if (configuration === undefined) return undefined;
    this.#lookMs = this.#options.clock();
    const displays = this.#displays();
    const windows = needsWindows(configuration) ? await this.#windows.snapshot() : NO_WINDOWS;
    const ownPids =
      configuration.target.kind === "own-window" ? await this.#options.ownPids() : new Set<number>();
    if (configuration !== this.#configuration) return undefined;
    this.#choice = chooseTarget({
      target: configuration.target,
      rules: configuration.rules,
      snapshot: windows ?? NO_WINDOWS,
      displays,
      ownPids,
      ...(this.#choice !== undefined && { before: this.#choice }),
    });
    this.#adopt(this.#choice);
    return windows && { displays, windows };
  }

  /** Throws {@link DisplayLost}. */
  #displays(): readonly PictureArea[] {
    try {
      return this.#options.screens.displays();
    } catch (cause) {
      throw new DisplayLost("the display went away", { cause });
    }
  }

  #adopt({ pictures, found }: TargetChoice): void {
    if (found) this.#troubles.end("target_not_found", "target");
    else
      this.#troubles.begin(
        "target_not_found",
        "target",
        "Nothing on this desktop is what was to be recorded. Recording begins when it appears.",
      );
    for (const target of pictures) {
      const slot = this.#slots.get(target.area.id);
      if (slot === undefined) this.#slots.set(target.area.id, new Slot(target, this.#options.encode));
      else {
        if (resized(slot.target.area, target.area)) slot.picture.askCheckout();
        slot.target = target;
      }
    }
    const there = new Set(pictures.map(({ area }) => area.id));
    for (const id of this.#slots.keys()) if (!there.has(id)) this.#slots.delete(id);
    const areas = pictures.map(({ area }) => area);
    // While there is nothing, that is said each time: who waits for something to happen here knows that it is looked for.
    if (areas.length === 0 || this.#reported === undefined || !sameAreas(areas, this.#reported)) {
      this.#reported = areas;
      this.#options.report({ type: "pictures", atMs: this.#options.clock(), pictures: areas });
    }
    for (const slot of this.#slots.values()) this.#reportState(slot);
  }

  #reportState(slot: Slot): void {
    const isCaptured = slot.target.state === "shown" || slot.target.state === "outside";
    const state = isCaptured && slot.failures >= FAILED_CAPTURES ? "unavailable" : slot.target.state;
    if (state === slot.reported) return;
    slot.reported = state;
    this.#options.report({
      type: "state",
      atMs: this.#options.clock(),
      picture: slot.target.area.id,
      state,
    });
  }

  async #tick(slot: Slot): Promise<void> {
    const id = slot.target.area.id;
    slot.tickMs = tickOf(slot, this.#fps, this.#options.clock());
    const scene = await this.#look();
    if (this.#slots.get(id) !== slot) return;
    slot.busy = true;
    const photograph = await this.#photograph(slot, scene);
    if (this.#slots.get(id) !== slot) return;
    if ("failed" in photograph) {
      slot.busy = false;
      if (!photograph.passing) this.#failed(slot, photograph.failed);
      return;
    }
    slot.failures = 0;
    this.#troubles.end("capture_failed", id);
    this.#reportState(slot);
    await this.#options.onCapture?.(id, photograph.atMs, photograph.image);
    this.#propose(slot, photograph);
  }

  /** A capture, or what stands for it. */
  async #photograph(slot: Slot, scene: Scene | undefined): Promise<Photograph> {
    const { clock, screens } = this.#options;
    const { target } = slot;
    const { width, height } = pixelSize(target.area);
    const rules = this.#configuration?.rules;
    // Closed on failure: what cannot be known to be allowed is not shown.
    if (scene === undefined || rules === undefined || target.state === "denied")
      return { atMs: clock(), image: slot.substitute(false, width, height) };
    if (target.state !== "shown" && target.state !== "outside")
      return { atMs: clock(), image: slot.substitute(true, width, height) };
    const needed = this.#configuration !== undefined && needsWindows(this.#configuration);
    const windowsAfter = async (sinceMs: number): Promise<WindowsSnapshot | undefined> =>
      needed ? await this.#windows.snapshot(sinceMs) : NO_WINDOWS;
    const displays = (): readonly PictureArea[] => this.#displays();
    return await takePhotograph({ screens, displays, rules, windowsAfter, clock }, target, scene);
  }

  #failed(slot: Slot, reason: string): void {
    this.#displays();
    slot.failures++;
    if (slot.failures >= FAILED_CAPTURES)
      this.#troubles.begin("capture_failed", slot.target.area.id, `The screen cannot be captured: ${reason}`);
    this.#reportState(slot);
  }

  #propose(slot: Slot, { image, atMs }: { image: RawImage; atMs: number }): void {
    const plan = slot.picture.plan(image, atMs, {
      budget: this.#budget,
      colours: this.#colours,
      quality: this.#configuration?.quality ?? 75,
    });
    if (plan !== undefined) {
      this.#paint(slot, image, plan).catch((error: unknown) => {
        this.#mistake = error;
        this.#alarm.ring();
      });
      return;
    }
    slot.busy = false;
    this.#options.report({ type: "still", picture: slot.target.area.id, atMs });
  }

  async #paint(slot: Slot, image: RawImage, plan: PaintPlan): Promise<void> {
    const picture = slot.target.area.id;
    const paint = await slot.encoder.encode(image, plan);
    if (this.#slots.get(picture) !== slot) return;
    const { width, height } = pixelSize(slot.target.area);
    if (image.width !== width || image.height !== height) {
      // It got another size meanwhile, and that was said: this would not fit any more.
      slot.busy = false;
      this.#alarm.ring();
      return;
    }
    slot.picture.propose(image, plan, paint);
    slot.awaiting = true;
    this.#spend(slot, paint.bytes + paint.wholeRefinedBytes);
    this.#options.report({
      type: "paint",
      picture,
      atMs: plan.atMs,
      whole: plan.whole,
      rectangles: paint.rectangles,
    });
  }

  #spend(slot: Slot, bytes: number): void {
    const now = this.#options.clock();
    this.#budget.spend(bytes, now);
    slot.notBeforeMs = now + this.#budget.waitMs(now);
  }
}

/** Whether windows must be known of: to find one, or to blacken some. */
const needsWindows = ({ rules, target }: Configuration): boolean =>
  rules.denyWindows.length > 0 || target.kind === "window" || target.kind === "own-window";

const resized = (was: PictureArea, is: PictureArea): boolean =>
  was.width !== is.width || was.height !== is.height || was.scale !== is.scale;
