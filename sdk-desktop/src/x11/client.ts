import x11, { type Client, type Display, type Event } from "x11";
import { X_ANSWER_MS } from "./limits.js";

export type {
  Client,
  DamageExtension,
  Event,
  Family,
  FixesExtension,
  Geometry,
  WindowAttributes,
} from "x11";

/** Takes the answer to a question that was asked through the library. */
export type Settle<T> = (error: Error | null | undefined, value: T) => true;

/** What an X server says of itself. */
export interface XServer {
  /** The window that all of this connection's screen is. */
  readonly root: number;
  /** The bits of a window's number that the connection which made it chose. */
  readonly resourceMask: number;
  readonly firstKeycode: number;
  readonly lastKeycode: number;
  /** Whether a pixel of the screen is four bytes: blue, green, red and one that means nothing. */
  readonly isBgrx: boolean;
}

/** A connection to an X server. Requests go out at once and are answered in their order. */
export interface XClient extends XServer {
  /** The library's own, for requests that have no answer. None may be made once the server is gone. */
  readonly requests: Client;
  readonly isGone: boolean;
  /** `undefined` when the server refuses, as where a window is gone. Rejects when the server is. */
  ask<T>(send: (settle: Settle<T>) => void): Promise<T | undefined>;
  close(): void;
}

/** Who is told what comes without being asked for. */
export interface XListener {
  /** Of what the server itself says: events that programs make up are not told. In the order of what happened. */
  readonly onEvent?: (event: Event) => void;
  /** Once, when the server is gone or the connection is closed. */
  readonly onGone?: (error: Error) => void;
}

/** In the first byte of an event that a program sent, not the server. */
const SENT_BY_PROGRAM = 0x80;

/**
 * Connects to an X server. Rejects when nothing listens there, or does not answer.
 * @param display such as `:0`, or `:0.1` for its second screen
 */
export function openXClient(display: string, listener: XListener = {}): Promise<XClient> {
  return new Promise((resolve, reject) => {
    let client: Client | undefined;
    let failed = false;
    const fail = (reason: string): void => {
      failed = true;
      clearTimeout(tooLate);
      client?.stream?.destroy();
      reject(new Error(`no connection to the X server ${display}: ${reason}`));
    };
    const tooLate = setTimeout(() => fail("it does not answer"), X_ANSWER_MS);
    try {
      const made = x11.createClient({ display, shm: false, disableBigRequests: true }, (error, setup) => {
        clearTimeout(tooLate);
        const server = setup === undefined ? undefined : describeServer(setup, screenOf(display));
        if (failed || error !== undefined || server === undefined)
          fail(error?.message ?? "it has no such screen");
        else resolve(connected(made, server, listener));
      });
      client = made;
      // Before the connection stands this is said by the callback as well; without a listener it would be thrown.
      client.on("error", (error) => fail(error.message));
    } catch (error) {
      // What is no name of a display is thrown.
      fail((error as Error).message);
    }
  });
}

/** Which of a server's screens a display's name means, from 0; X(7). What is captured is of that one alone. */
const screenOf = (display: string): number => Number(/:\d+\.(\d+)$/.exec(display)?.[1] ?? 0);

function describeServer(setup: Display, screen: number): XServer | undefined {
  const on = setup.screen[screen];
  if (on === undefined) return undefined;
  const visual = on.depths[on.root_depth]?.[on.root_visual];
  return {
    root: on.root,
    resourceMask: setup.resource_mask,
    firstKeycode: setup.min_keycode,
    lastKeycode: setup.max_keycode,
    isBgrx:
      setup.image_byte_order === 0 &&
      setup.format[on.root_depth]?.bits_per_pixel === 32 &&
      visual?.red_mask === 0xff_00_00 &&
      visual.green_mask === 0xff_00 &&
      visual.blue_mask === 0xff,
  };
}

function connected(client: Client, server: XServer, { onEvent, onGone }: XListener): XClient {
  const waiting = new Set<(error: Error) => void>();
  let gone: Error | undefined;
  const end = (error: Error): void => {
    if (gone !== undefined) return;
    gone = error;
    // A server takes 256 connections, from all programs: none is left open that nobody asks over any more.
    client.stream?.destroy();
    for (const reject of waiting) reject(error);
    waiting.clear();
    onGone?.(error);
  };
  client.on("event", (event) => {
    if (((event.rawData?.[0] ?? 0) & SENT_BY_PROGRAM) === 0) onEvent?.(event);
  });
  client.on("end", () => end(new Error("the X server is gone")));
  client.on("error", (error) => end(new Error(`the X server is gone: ${error.message}`)));
  return {
    ...server,
    requests: client,
    get isGone() {
      return gone !== undefined;
    },
    ask: <T>(send: (settle: Settle<T>) => void): Promise<T | undefined> =>
      new Promise((resolve, reject) => {
        if (gone !== undefined) {
          reject(gone);
          return;
        }
        waiting.add(reject);
        send((error, value) => {
          waiting.delete(reject);
          // The library says `null` or nothing where there is no error.
          resolve(error instanceof Error ? undefined : value);
          return true;
        });
      }),
    close: () => end(new Error("the connection was closed")),
  };
}
