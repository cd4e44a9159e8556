import { Replayer, ReplayerEvents } from "rrweb";
import { FULL_SNAPSHOT, META, type PlayEvent } from "../store/play-event.js";
import type { Opening, SurfacePort } from "../store/surface-port.js";
import { FocusKeeper } from "./focus-keeper.js";
import { adaptCss } from "./hover-css.js";
import type { SanitisePolicy } from "./sanitise/policy.js";
import { Sanitiser } from "./sanitise/sanitiser.js";

/** What a surface tells of itself. */
export interface SurfaceHandlers {
  /** The recorded viewport, in its own CSS pixels. */
  resized(width: number, height: number): void;
  /** The recorded page's address, as of the last snapshot. */
  page(url: string): void;
  /** Something could not be shown as it was: rrweb's own words, or an exception. Never silent. */
  trouble(trouble: SurfaceTrouble): void;
}

/** What a surface could not do. */
export interface SurfaceTrouble {
  readonly type: "warning" | "exception" | "refused";
  readonly message: string;
}

type ReplayerEvent = Extract<ConstructorParameters<typeof Replayer>[0][number], object>;

/** The replayer's own clock stands still: the playhead is set from outside before each picture. */
const TIMER_SPEED = 0;
/** Nodes above which a virtual DOM costs more than it saves (measured: 50,000 nodes take 700 ms to diff). */
const MAX_VIRTUAL_NODES = 20_000;
/** Events fewer than which are sooner done on the page itself than by way of a virtual DOM. */
const MIN_VIRTUAL_EVENTS = 40;
/** Events a replayer keeps, although at the live edge it never looks back at them. */
const MAX_HELD_EVENTS = 2_000;
const STILL = "rrweb-paused";
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

/**
 * Shows a window of a page with rrweb's Replayer, the only file that knows it. Each opening builds a new
 * replayer from a checkout, fast-forwarded over a virtual DOM, and then lets it take events in its live mode,
 * where they are applied as the playhead reaches them. The old picture stays until the new one is built.
 */
export class DomSurface implements SurfacePort {
  readonly #root: HTMLElement;
  readonly #handlers: SurfaceHandlers;
  readonly #policy: SanitisePolicy;
  #replayer: Replayer | undefined;
  #layer: HTMLElement | undefined;
  #sanitiser: Sanitiser | undefined;
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
    return this.#replayer?.iframe;
  }

  open({ events, atMs }: Opening): void {
    if (this.#layer === undefined) this.#focus.start();
    const before = this.#layer;
    const replayerBefore = this.#replayer;
    const sanitiser = new Sanitiser(this.#policy);
    const clean = this.#clean(sanitiser, events);
    const layer = document.createElement("div");
    layer.className = "layer";
    this.#root.append(layer);
    this.#layer = layer;
    this.#sanitiser = sanitiser;
    this.#baseMs = atMs;
    this.#replayer = this.#build(layer, clean, sanitiser, atMs);
    this.#dispose(replayerBefore, before);
  }

  forward({ events, atMs }: Opening): void {
    const { timer } = this.#replayer ?? {};
    if (this.#replayer === undefined || this.#sanitiser === undefined || timer === undefined) return;
    timer.timeOffset = atMs - this.#baseMs;
    const { actions } = timer as unknown as TimerInside;
    // What it was given before comes first.
    while ((actions[0]?.delay ?? Number.POSITIVE_INFINITY) <= timer.timeOffset) actions.shift()?.doAction();
    const clean = this.#clean(this.#sanitiser, events);
    const useVirtualDom = clean.length >= MIN_VIRTUAL_EVENTS && this.#sanitiser.nodes <= MAX_VIRTUAL_NODES;
    this.#replayer.setConfig({ useVirtualDom });
    const inside = this.#replayer as unknown as ReplayerInside;
    for (const event of clean) this.#try(() => inside.applyEventsSynchronously([event]));
    this.#try(() => inside.emitter.emit(ReplayerEvents.Flush));
    this.#replayer.setConfig({ useVirtualDom: false });
    this.#mark(this.#replayer);
  }

  feed(events: readonly PlayEvent[]): void {
    const { timer, service } = this.#replayer ?? {};
    if (this.#replayer === undefined || this.#sanitiser === undefined || timer === undefined) return;
    for (const event of this.#clean(this.#sanitiser, events)) this.#replayer.addEvent(event);
    const held = service?.state.context.events;
    if (held !== undefined && held.length > MAX_HELD_EVENTS) held.splice(0, held.length - 1);
  }

  clock(atMs: number, rate: number): void {
    const replayer = this.#replayer;
    if (replayer === undefined) return;
    replayer.timer.timeOffset = atMs - this.#baseMs;
    this.#stand(rate === 0);
    this.#focus.keep(replayer.iframe);
  }

  clear(): void {
    this.#focus.stop();
    this.#dispose(this.#replayer, this.#layer);
    this.#replayer = undefined;
    this.#layer = undefined;
    this.#sanitiser = undefined;
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

  #build(
    layer: HTMLElement,
    events: ReplayerEvent[],
    sanitiser: Sanitiser,
    atMs: number,
  ): Replayer | undefined {
    try {
      return this.#start(layer, events, sanitiser.nodes <= MAX_VIRTUAL_NODES, atMs);
    } catch (error) {
      this.#handlers.trouble({ type: "exception", message: String(error) });
    }
    // What stands in the way is in the changes since the snapshot: the snapshot alone is better than nothing.
    const basis = events.filter(
      (event) => (event.type as number) === META || (event.type as number) === FULL_SNAPSHOT,
    );
    layer.replaceChildren();
    try {
      return this.#start(layer, basis, false, atMs);
    } catch (error) {
      this.#handlers.trouble({ type: "exception", message: String(error) });
      return undefined;
    }
  }

  #start(layer: HTMLElement, events: ReplayerEvent[], useVirtualDom: boolean, atMs: number): Replayer {
    const [first] = events;
    const firstMs = first?.timestamp ?? atMs;
    const replayer = new Replayer(padded(events, firstMs), {
      root: layer,
      speed: TIMER_SPEED,
      skipInactive: false,
      triggerFocus: false,
      // Its tail fades by the replayer's own clock.
      mouseTail: false,
      useVirtualDom,
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
      if (layer === this.#layer) this.#handlers.resized(width, height);
    });
    replayer.on(ReplayerEvents.FullsnapshotRebuilded, () => this.#mark(replayer));
    this.#guardActions(replayer);
    forgetCast(replayer);
    Object.assign(replayer, { cache: ADAPTED_CSS });
    replayer.pause(atMs - firstMs + 1);
    replayer.setConfig({ liveMode: true, useVirtualDom: false });
    replayer.startLive(atMs);
    this.#mark(replayer);
    return replayer;
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
    if (this.#replayer !== undefined) this.#mark(this.#replayer);
  }

  /** The page's own animations stand while the playhead stands. */
  #mark(replayer: Replayer): void {
    replayer.iframe.contentDocument?.documentElement?.classList.toggle(STILL, this.#still);
  }

  #dispose(replayer: Replayer | undefined, layer: HTMLElement | undefined): void {
    try {
      replayer?.timer.clear();
      replayer?.destroy();
    } catch {
      // A replayer that failed halfway has nothing more to lose; its layer goes with all it holds.
    }
    layer?.remove();
  }
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

/** A replayer wants two events. */
function padded(events: ReplayerEvent[], atMs: number): ReplayerEvent[] {
  const padding = { type: 0, timestamp: atMs, data: {} } as unknown as ReplayerEvent;
  return events.length >= 2 ? events : [...events, padding, padding].slice(0, Math.max(2, events.length));
}

const say = (word: unknown): string =>
  typeof word === "string"
    ? word
    : word instanceof Error
      ? word.message
      : (JSON.stringify(word)?.slice(0, 200) ?? "");
