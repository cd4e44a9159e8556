import type { PictureArea } from "../geometry.js";
import type { WindowSource } from "../windows/desktop-window.js";
import type { TargetPicture } from "../windows/target.js";
import { Alarm } from "./alarm.js";
import { ByteBudget } from "./budget.js";
import { type Photograph, pixelSize, type Scene, takePhotograph } from "./camera.js";
import { ColourCounter } from "./colours.js";
import { DisplayView } from "./display-view.js";
import { DISPLAYS_MS, FAILED_CAPTURES } from "./limits.js";
import type { CaptureCommand, CaptureReport } from "./messages.js";
import type { PaintPlan } from "./plan.js";
import { dueMs, tickOf } from "./rate.js";
import type { RawImage } from "./raw-image.js";
import type { OpenChanges } from "./screen-changes.js";
import type { Screens } from "./screens.js";
import { Slot } from "./slot.js";
import { type Configuration, TargetWatch } from "./target-watch.js";
import { Troubles } from "./troubles.js";
import type { WebpEncoder } from "./webp.js";

export { DisplayLost } from "./target-watch.js";

/** What a capture helper needs. */
export interface CaptureHelperOptions {
  readonly screens: Screens;
  readonly encode: WebpEncoder;
  readonly openWindows: () => Promise<WindowSource>;
  /** Where something tells the changes of the screen: how to open that. Displays are captured whole otherwise. */
  readonly openChanges?: OpenChanges;
  readonly ownPids: () => Promise<ReadonlySet<number>>;
  readonly report: (report: CaptureReport) => void;
  /** Milliseconds, as `monotonicMs`. */
  readonly clock: () => number;
  /** Is given each masked capture: for tests. */
  readonly onCapture?: (picture: string, atMs: number, image: RawImage) => Promise<void>;
}

/** Captures what it is told to, at the pace it is told, one capture at a time; what is denied never leaves it. */
export class CaptureHelper {
  readonly #options: CaptureHelperOptions;
  readonly #targets: TargetWatch;
  readonly #alarm = new Alarm();
  readonly #colours = new ColourCounter();
  readonly #slots = new Map<string, Slot>();
  readonly #troubles: Troubles;
  #configuration: Configuration | undefined;
  #budget: ByteBudget;
  #fps = 0;
  /** Paints that were sent. */
  #painted = 0;
  #stopped = false;
  #mistake: unknown;

  constructor(options: CaptureHelperOptions) {
    this.#options = options;
    this.#budget = new ByteBudget(1, options.clock());
    this.#troubles = new Troubles(options.report);
    this.#targets = new TargetWatch({ ...options, troubles: this.#troubles });
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
        this.#answered(command, (slot) => slot.picture.accept());
        break;
      case "refused":
        this.#answered(command, (slot) => this.#spend(slot, -slot.picture.refuse()));
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
    this.#targets.close();
    for (const slot of this.#slots.values()) slot.view.close();
  }

  #slot(target: TargetPicture): Slot {
    const { screens, encode, clock, openChanges = async () => undefined } = this.#options;
    const onDrawn = (): void => {
      slot.drawnMs ??= clock();
      this.#alarm.ring();
    };
    const slot = new Slot(target, encode, new DisplayView({ screens, openChanges, onDrawn, clock }));
    return slot;
  }

  #configure(configuration: Configuration): void {
    const now = this.#options.clock();
    this.#configuration = configuration;
    this.#budget = new ByteBudget(configuration.maxBytesPerSecond, now);
    this.#targets.begin(configuration);
    for (const [id, slot] of this.#slots) {
      slot.view.close();
      this.#slots.set(id, this.#slot(slot.target));
    }
  }

  /** An answer to a paint from before the configuration is one to nothing. */
  #answered({ picture, paint }: Extract<CaptureCommand, { paint: number }>, act: (slot: Slot) => void): void {
    const slot = this.#slots.get(picture);
    if (slot === undefined || slot.awaiting !== paint) return;
    act(slot);
    slot.awaiting = undefined;
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
    if (!this.#targets.isEmpty && this.#fps > 0) return Infinity;
    return this.#targets.lookMs + DISPLAYS_MS - now;
  }

  /** What there is in sight now; `undefined`: that cannot be told. */
  async #look(): Promise<Scene | undefined> {
    const sight = await this.#targets.look();
    if (sight === undefined) return undefined;
    this.#adopt(sight.pictures);
    return sight.scene;
  }

  #adopt(pictures: readonly TargetPicture[]): void {
    for (const target of pictures) {
      const slot = this.#slots.get(target.area.id);
      if (slot === undefined) this.#slots.set(target.area.id, this.#slot(target));
      else {
        if (resized(slot.target.area, target.area)) slot.picture.askCheckout();
        slot.target = target;
      }
    }
    const there = new Set(pictures.map(({ area }) => area.id));
    for (const [id, slot] of this.#slots) {
      if (there.has(id)) continue;
      slot.view.close();
      this.#slots.delete(id);
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
    const now = this.#options.clock();
    slot.tickMs = tickOf(slot, this.#fps, now);
    if (slot.drawnMs !== undefined) slot.actedMs = now;
    slot.drawnMs = undefined;
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
    const windowsAfter = this.#targets.windowsAfter.bind(this.#targets);
    const displays = this.#targets.displays.bind(this.#targets);
    const { view, picture } = slot;
    const camera = { screens, view, held: picture.image, displays, rules, windowsAfter, clock };
    return await takePhotograph(camera, target, scene);
  }

  #failed(slot: Slot, reason: string): void {
    this.#targets.displays();
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
      slot.actedMs = slot.tickMs;
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
    slot.awaiting = ++this.#painted;
    this.#spend(slot, paint.bytes + paint.wholeRefinedBytes);
    this.#options.report({
      type: "paint",
      picture,
      paint: slot.awaiting,
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

const resized = (was: PictureArea, is: PictureArea): boolean =>
  was.width !== is.width || was.height !== is.height || was.scale !== is.scale;
