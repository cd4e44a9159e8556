import x11, { type Event } from "x11";
import type { Rectangle } from "../geometry.js";
import { MAX_PROPERTY_WORDS, X_ANSWER_MS } from "./limits.js";

/** A place as X states it: from the outer edge of the border, which is not in the size. */
export interface XPlace extends Rectangle {
  readonly border: number;
}

/** What changed on the desktop. Only what the server itself says: events that programs make up are not here. */
export type XChange =
  | {
      readonly type: "created";
      readonly window: number;
      readonly parent: number;
      readonly place: XPlace;
      readonly overrideRedirect: boolean;
    }
  | { readonly type: "destroyed"; readonly window: number }
  | { readonly type: "mapped"; readonly window: number; readonly overrideRedirect: boolean }
  | { readonly type: "unmapped"; readonly window: number }
  | {
      readonly type: "moved";
      readonly window: number;
      readonly place: XPlace;
      /** The sibling right beneath it; 0: none. */
      readonly above: number;
      readonly overrideRedirect: boolean;
    }
  /** Moved with its parent's size: the size stays. */
  | { readonly type: "shifted"; readonly window: number; readonly x: number; readonly y: number }
  | {
      readonly type: "reparented";
      readonly window: number;
      readonly parent: number;
      readonly x: number;
      readonly y: number;
      readonly overrideRedirect: boolean;
    }
  | { readonly type: "restacked"; readonly window: number; readonly top: boolean }
  | { readonly type: "property"; readonly window: number; readonly atom: number };

/** A property as it is stored. */
export interface XProperty {
  readonly type: number;
  /** Bits an element: 8, 16 or 32. */
  readonly format: number;
  readonly data: Uint8Array;
}

/** What a window is to the server. */
export interface XAttributes {
  readonly inputOnly: boolean;
  readonly mapped: boolean;
  readonly overrideRedirect: boolean;
}

/**
 * A connection to an X server. Requests go out at once and are answered in their order, between the changes that happened
 * before and after; one that asks of a window that is gone resolves `undefined`. All reject once the server is gone.
 */
export interface XConnection {
  readonly root: number;
  /** The connection that made a window, as a number; 0: the server itself. */
  clientOf(window: number): number;
  atom(name: string): Promise<number>;
  /** Says from now on what changes of a window's properties, and of its children. */
  watch(window: number): void;
  attributes(window: number): Promise<XAttributes | undefined>;
  place(window: number): Promise<XPlace | undefined>;
  tree(
    window: number,
  ): Promise<{ readonly parent: number; readonly children: readonly number[] } | undefined>;
  /** Which properties it has. */
  properties(window: number): Promise<readonly number[] | undefined>;
  property(window: number, atom: number): Promise<XProperty | undefined>;
  /** The window that has the keyboard; 0 or 1 when none has. Answered after all that happened before. */
  focus(): Promise<number>;
  close(): void;
}

const PROPERTY_CHANGE = 0x0040_0000;
const SUBSTRUCTURE_NOTIFY = 0x0008_0000;
/** In the first byte of an event that a program sent, not the server. */
const SENT_BY_PROGRAM = 0x80;
const INPUT_ONLY = 2;

/**
 * Connects to an X server and hears what changes on one of its screens.
 * @param display such as `:0`, or `:0.1` for its second screen
 * @param onChange called in the order of what happened
 * @param onGone called once, when the server is gone
 */
export function connectX(
  display: string,
  onChange: (change: XChange) => void,
  onGone: (error: Error) => void,
): Promise<XConnection> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      clearTimeout(tooLate);
      reject(new Error(`no connection to the X server ${display}: ${reason}`));
    };
    const tooLate = setTimeout(() => fail("it does not answer"), X_ANSWER_MS);
    try {
      const client = x11.createClient({ display, shm: false, disableBigRequests: true }, (error, server) => {
        clearTimeout(tooLate);
        const root = server?.screen[screenOf(display)]?.root;
        if (error !== undefined || root === undefined) fail(error?.message ?? "it has no such screen");
        else resolve(connection(client, root, server.resource_mask, onChange, onGone));
      });
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

type Client = ReturnType<typeof x11.createClient>;
type Settle<T> = (error: Error | null | undefined, value: T) => true;

function connection(
  client: Client,
  root: number,
  resourceMask: number,
  onChange: (change: XChange) => void,
  onGone: (error: Error) => void,
): XConnection {
  const waiting = new Set<(error: Error) => void>();
  let gone: Error | undefined;
  const end = (error: Error): void => {
    if (gone !== undefined) return;
    gone = error;
    for (const reject of waiting) reject(error);
    waiting.clear();
    onGone(error);
  };
  client.on("event", (event) => {
    if (((event.rawData?.[0] ?? 0) & SENT_BY_PROGRAM) !== 0) return;
    const change = changeOf(event);
    if (change !== undefined) onChange(change);
  });
  client.on("end", () => end(new Error("the X server is gone")));
  client.on("error", (error) => end(new Error(`the X server is gone: ${error.message}`)));

  /** `undefined` when the server refuses: the window is gone. */
  const ask = <T>(send: (settle: Settle<T>) => void): Promise<T | undefined> =>
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
    });

  return {
    root,
    clientOf: (window) => (window & ~resourceMask) >>> 0,
    atom: async (name) => (await ask<number>((settle) => client.InternAtom(false, name, settle))) ?? 0,
    watch: (window) => {
      if (gone !== undefined) return;
      // A window that is gone by now has nothing to say.
      client.ChangeWindowAttributes(window, { eventMask: PROPERTY_CHANGE | SUBSTRUCTURE_NOTIFY }, () => true);
    },
    attributes: async (window) => {
      const found = await ask<{ klass: number; mapState: number; overrideRedirect: number }>((settle) =>
        client.GetWindowAttributes(window, settle),
      );
      return found === undefined
        ? undefined
        : {
            inputOnly: found.klass === INPUT_ONLY,
            mapped: found.mapState !== 0,
            overrideRedirect: found.overrideRedirect !== 0,
          };
    },
    place: async (window) => {
      const found = await ask<{
        xPos: number;
        yPos: number;
        width: number;
        height: number;
        borderWidth: number;
      }>((settle) => client.GetGeometry(window, settle));
      return found === undefined
        ? undefined
        : {
            x: found.xPos,
            y: found.yPos,
            width: found.width,
            height: found.height,
            border: found.borderWidth,
          };
    },
    tree: (window) =>
      ask<{ parent: number; children: readonly number[] }>((settle) => client.QueryTree(window, settle)),
    properties: (window) => ask<readonly number[]>((settle) => client.ListProperties(window, settle)),
    property: (window, atom) =>
      ask<XProperty>((settle) => client.GetProperty(0, window, atom, 0, 0, MAX_PROPERTY_WORDS, settle)),
    focus: async () => (await ask<{ focus: number }>((settle) => client.GetInputFocus(settle)))?.focus ?? 0,
    close: () => {
      if (gone === undefined) client.terminate();
      end(new Error("the windows were closed"));
    },
  };
}

/** An event of the library in our words; `undefined` for one that says nothing of windows. */
function changeOf(event: Event): XChange | undefined {
  const { wid: window = 0, parent = 0, x = 0, y = 0, width = 0, height = 0, borderWidth: border = 0 } = event;
  const overrideRedirect = Boolean(event.overrideRedirect);
  switch (event.name) {
    case "CreateNotify":
      return { type: "created", window, parent, place: { x, y, width, height, border }, overrideRedirect };
    case "DestroyNotify":
      return { type: "destroyed", window };
    case "MapNotify":
      return { type: "mapped", window, overrideRedirect };
    case "UnmapNotify":
      return { type: "unmapped", window };
    case "ConfigureNotify":
      // Here `wid` is the window that heard of it, `wid1` the one that moved.
      return {
        type: "moved",
        window: event.wid1 ?? 0,
        place: { x, y, width, height, border },
        above: event.aboveSibling ?? 0,
        overrideRedirect,
      };
    case "GravityNotify":
      return { type: "shifted", window, x, y };
    case "ReparentNotify":
      return { type: "reparented", window, parent, x, y, overrideRedirect };
    case "CirculateNotify":
      return { type: "restacked", window, top: event.place === 0 };
    case "PropertyNotify":
      return { type: "property", window, atom: event.atom ?? 0 };
    default:
      return undefined;
  }
}

/** What is on the keys of a desktop's keyboard. */
export interface XKeys {
  readonly firstKeycode: number;
  /**
   * Of each key from the first on, as X numbers symbols; 0: none. By levels and groups: two of the first group, two of the
   * second, then further ones.
   */
  readonly keysyms: readonly (readonly number[])[];
}

/** Asks over a connection of its own, which ends with the answer. Rejects when there is none. */
export function readKeys(display: string): Promise<XKeys> {
  return new Promise((resolve, reject) => {
    let end = () => {};
    const settled = (settle: () => void) => {
      clearTimeout(tooLate);
      end();
      settle();
    };
    const fail = (error: unknown) => settled(() => reject(error as Error));
    const tooLate = setTimeout(() => fail(new Error("the X server does not answer")), X_ANSWER_MS);
    try {
      const client = x11.createClient({ display, shm: false, disableBigRequests: true }, (error, server) => {
        const root = server?.screen[0]?.root;
        if (error !== undefined || root === undefined) return fail(error ?? new Error("it has no screen"));
        end = () => client.terminate();
        const { min_keycode: firstKeycode, max_keycode: last } = server;
        client.GetKeyboardMapping(firstKeycode, last - firstKeycode + 1, (refused, keysyms) => {
          if (refused) fail(refused);
          else settled(() => resolve({ firstKeycode, keysyms }));
          return true;
        });
      });
      client.on("error", fail);
    } catch (error) {
      fail(error);
    }
  });
}
