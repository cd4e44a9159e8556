import { Replayer, ReplayerEvents } from "rrweb";
import { MOUSE_INTERACTION, TOUCH_MOVE } from "../store/incremental-source.js";
import { FULL_SNAPSHOT, INCREMENTAL, META, type PlayEvent } from "../store/play-event.js";
import type { Opening, SurfacePort } from "../store/surface-port.js";
import { FocusKeeper } from "./focus-keeper.js";
import { type Folded, fold } from "./fold/fold.js";
import { adaptCss } from "./hover-css.js";
import type { SanitisePolicy } from "./sanitise/policy.js";
import { Sanitiser } from "./sanitise/sanitiser.js";
import type { SurfaceTrouble } from "./surface-trouble.js";

/** What a surface tells of itself. */
export interface SurfaceHandlers {
  /** The recorded viewport, in its own CSS pixels. */
  resized(width: number, height: number): void;
  /** The recorded page's address, as of the last snapshot. */
  page(url: string): void;
  /** Something could not be shown as it was: rrweb's own words, or an exception. Never silent. */
  trouble(trouble: SurfaceTrouble): void;
}

type ReplayerEvent = Extract<ConstructorParameters<typeof Replayer>[0][number], object>;

/** The replayer's own clock stands still: the playhead is set from outside before each picture. */
const TIMER_SPEED = 0;
/** Events a replayer keeps, although at the live edge it never looks back at them. */
const MAX_HELD_EVENTS = 2_000;
const STILL = "rrweb-paused";
/** The replayer's pointer, and its look where the device was touched. */
const POINTER = "replayer-mouse";
const TOUCH = "touch-device";
const TOUCH_START = 7;
/** In place of what a replayer remembers of CSS it had adapted with postcss, at a third of what an opening costs. */
const ADAPTED_CSS = { stylesWithHoverClass: { get: adaptCss, set: () => {} } };

/** What rrweb's own `play` uses to apply events in one go, and its type keeps to itself. */
interface ReplayerInside {
  applyEventsSynchronously(events: readonly ReplayerEvent[]): void;
  readonly emitter: { emit(type: string): void };
}
/** What waits for its time. */
interface TimerInside {
  readonly actions: { readonly delay: number; readonly doAction: () => void }[];
}

/** A replayer in an element of its own, with what it knows of the window it shows. */
interface Layer {
  readonly element: HTMLElement;
  readonly replayer: Replayer;
  readonly sanitiser: Sanitiser;
}

/**
 * Shows a window of a page with rrweb's Replayer, the only file that knows it. Each opening takes a new replayer,
 * gives it a snapshot with what happened since folded in, and then lets it take events in its live mode, where they
 * are applied as the playhead reaches them. The old picture stays until the new one is built.
 */
export class DomSurface implements SurfacePort {
  readonly #root: HTMLElement;
  readonly #handlers: SurfaceHandlers;
  readonly #policy: SanitisePolicy;
  #layer: Layer | undefined;
  /** Made ahead of an opening that was announced; shows nothing. */
  #spare: Layer | undefined;
  #baseMs = 0;
  #still = true;
  readonly #focus = new FocusKeeper();

  /** @param root an element in the document; layers are put into it */
  constructor(root: HTMLElement, handlers: SurfaceHandlers, policy: SanitisePolicy) {
    this.#root = root;
    this.#handlers = handlers;
    this.#policy = policy;
  }

  /** The frame the recorded page is in; `undefined` before there is one. */
  get frame(): HTMLIFrameElement | undefined {
    return this.#layer?.replayer.iframe;
  }

  prepare(): void {
    this.#spare ??= this.#makeLayer();
  }

  open({ events, atMs }: Opening): void {
    if (this.#layer === undefined) this.#focus.start();
    const before = this.#layer;
    this.#baseMs = atMs;
    const shown =
      this.#show(() => fold(events), atMs) ||
      // What stands in the way is in the changes since the snapshot: the snapshot alone is better than nothing.
      this.#show(() => ({ events: events.filter(isBasis), rest: [] }), atMs);
    if (!shown) this.#layer = undefined;
    else if (events.some(isTouch)) this.#layer?.element.querySelector(`.${POINTER}`)?.classList.add(TOUCH);
    this.#dispose(before);
  }

  forward({ events, atMs }: Opening): void {
    if (this.#layer === undefined) return;
    const { replayer, sanitiser } = this.#layer;
    const { timer } = replayer;
    timer.timeOffset = atMs - this.#baseMs;
    const { actions } = timer as unknown as TimerInside;
    // What it was given before comes first.
    while ((actions[0]?.delay ?? Number.POSITIVE_INFINITY) <= timer.timeOffset) actions.shift()?.doAction();
    const inside = insideOf(replayer);
    for (const event of this.#clean(sanitiser, events))
      this.#try(() => inside.applyEventsSynchronously([event]));
    this.#try(() => inside.emitter.emit(ReplayerEvents.Flush));
    this.#mark(replayer);
  }

  feed(events: readonly PlayEvent[]): void {
    if (this.#layer === undefined) return;
    const { replayer, sanitiser } = this.#layer;
    for (const event of this.#clean(sanitiser, events)) replayer.addEvent(event);
    const { events: held } = replayer.service.state.context;
    if (held.length > MAX_HELD_EVENTS) held.splice(0, held.length - 1);
  }

  clock(atMs: number, rate: number): void {
    if (this.#layer === undefined) return;
    const { replayer } = this.#layer;
    replayer.timer.timeOffset = atMs - this.#baseMs;
    this.#stand(rate === 0);
    this.#focus.keep(replayer.iframe);
  }

  clear(): void {
    this.#focus.stop();
    this.#dispose(this.#layer);
    this.#dispose(this.#spare);
    this.#layer = undefined;
    this.#spare = undefined;
  }

  #clean(sanitiser: Sanitiser, events: readonly PlayEvent[]): ReplayerEvent[] {
    const refused = sanitiser.refused;
    const clean: ReplayerEvent[] = [];
    for (const event of events) {
      const kept = sanitiser.clean(event);
      if (kept === undefined) continue;
      if (kept.type === META) this.#handlers.page(String((kept.data as { href?: unknown }).href ?? ""));
      clean.push(kept as unknown as ReplayerEvent);
    }
    if (sanitiser.refused > refused) {
      this.#handlers.trouble({
        type: "refused",
        message: `${sanitiser.refused - refused} events had no shape to play`,
      });
    }
    return clean;
  }

  /** Shows a window at a time in a layer of its own. `false`: it could not be built, and there is none. */
  #show(read: () => Folded, atMs: number): boolean {
    const layer = this.#spare ?? this.#makeLayer();
    const { replayer, sanitiser, element } = layer;
    this.#spare = undefined;
    this.#layer = layer;
    try {
      element.hidden = false;
      const { events, rest } = read();
      const inside = insideOf(replayer);
      // It looks at the time of the first it was given.
      replayer.service.state.context.events.push(padding(events[0]?.timestamp ?? atMs));
      for (const event of [...this.#clean(sanitiser, events), ...this.#clean(sanitiser, rest)]) {
        const apply = (): void => inside.applyEventsSynchronously([event]);
        // Without its snapshot there is no page; anything else is one event not shown.
        if (event.type === FULL_SNAPSHOT) apply();
        else this.#try(apply);
      }
      inside.emitter.emit(ReplayerEvents.Flush);
      replayer.startLive(atMs);
      this.#mark(replayer);
      return true;
    } catch (error) {
      this.#handlers.trouble({ type: "exception", message: String(error) });
      this.#dispose(layer);
      return false;
    }
  }

  #makeLayer(): Layer {
    const element = document.createElement("div");
    element.className = "layer";
    element.hidden = true;
    this.#root.append(element);
    const replayer = new Replayer([], {
      root: element,
      liveMode: true,
      speed: TIMER_SPEED,
      skipInactive: false,
      triggerFocus: false,
      // Its tail fades by the replayer's own clock.
      mouseTail: false,
      // What is done at once is folded instead; what it loses (rules that it added to frames itself) stays.
      useVirtualDom: false,
      UNSAFE_replayCanvas: false,
      showWarning: true,
      showDebug: false,
      logger: {
        log: () => {},
        warn: (...words) => this.#handlers.trouble({ type: "warning", message: words.map(say).join(" ") }),
      },
    });
    // Nothing in the recorded page can take the focus, and with it the keys, from the viewer's.
    replayer.iframe.inert = true;
    replayer.iframe.tabIndex = -1;
    replayer.iframe.title = "Recorded page";
    replayer.on(ReplayerEvents.Resize, (size) => {
      const { width, height } = size as { width: number; height: number };
      if (element === this.#layer?.element) this.#handlers.resized(width, height);
    });
    replayer.on(ReplayerEvents.FullsnapshotRebuilded, () => this.#mark(replayer));
    this.#guardActions(replayer);
    forgetCast(replayer);
    Object.assign(replayer, { cache: ADAPTED_CSS });
    return { element, replayer, sanitiser: new Sanitiser(this.#policy) };
  }

  /**
   * An action that throws would stop the replayer's timer for good; caught, it is one event not shown. One that
   * is due when it comes, with none before it, is done at once: the timer would do it a picture later.
   */
  #guardActions(replayer: Replayer): void {
    const { timer } = replayer;
    const addAction = timer.addAction.bind(timer);
    let pending = 0;
    timer.addAction = (action) => {
      const doAction = (): void => this.#try(() => action.doAction());
      if (pending === 0 && timer.isActive() && action.delay <= timer.timeOffset) {
        doAction();
        return;
      }
      pending += 1;
      addAction({
        delay: action.delay,
        doAction: () => {
          pending -= 1;
          doAction();
        },
      });
    };
  }

  #try(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#handlers.trouble({ type: "exception", message: String(error) });
    }
  }

  #stand(still: boolean): void {
    if (still === this.#still) return;
    this.#still = still;
    if (this.#layer !== undefined) this.#mark(this.#layer.replayer);
  }

  /** The page's own animations stand while the playhead stands. */
  #mark(replayer: Replayer): void {
    replayer.iframe.contentDocument?.documentElement?.classList.toggle(STILL, this.#still);
  }

  #dispose(layer: Layer | undefined): void {
    try {
      layer?.replayer.timer.clear();
      layer?.replayer.destroy();
    } catch {
      // A replayer that failed halfway has nothing more to lose; its layer goes with all it holds.
    }
    layer?.element.remove();
  }
}

const insideOf = (replayer: Replayer): ReplayerInside => replayer as unknown as ReplayerInside;

const isBasis = ({ type }: PlayEvent): boolean => type === META || type === FULL_SNAPSHOT;

/** As a replayer itself knows a device that is touched. */
function isTouch({ type, data }: PlayEvent): boolean {
  const { source, type: interaction } = data as { readonly source?: unknown; readonly type?: unknown };
  return (
    type === INCREMENTAL &&
    (source === TOUCH_MOVE || (source === MOUSE_INTERACTION && interaction === TOUCH_START))
  );
}

/**
 * A replayer's machine is told of each event that was cast, and makes its whole state anew each time, only to know
 * where to go on after a pause; this one is never told to.
 */
function forgetCast({ service }: Replayer): void {
  const { send } = service;
  service.send = (event) => {
    if (typeof event === "string" || event.type !== "CAST_EVENT") send(event);
  };
}

/** An event that does nothing. */
const padding = (timestamp: number): ReplayerEvent =>
  ({ type: 0, timestamp, data: {} }) as unknown as ReplayerEvent;

const say = (word: unknown): string =>
  typeof word === "string"
    ? word
    : word instanceof Error
      ? word.message
      : (JSON.stringify(word)?.slice(0, 200) ?? "");
