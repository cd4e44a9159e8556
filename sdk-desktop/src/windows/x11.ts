import type { Rectangle } from "../geometry.js";
import { type Event, type Family, type Geometry, openXClient, type WindowAttributes } from "../x11/client.js";
import { MAX_PROPERTY_WORDS } from "./limits.js";

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
 * What an X server says of its windows. Requests are answered in their order, between the changes that happened
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
const INPUT_ONLY = 2;

/**
 * Connects to an X server and hears what changes on one of its screens.
 * @param display such as `:0`, or `:0.1` for its second screen
 * @param onChange called in the order of what happened
 * @param onGone called once, when the server is gone
 */
export async function connectX(
  display: string,
  onChange: (change: XChange) => void,
  onGone: (error: Error) => void,
): Promise<XConnection> {
  const x = await openXClient(display, {
    onEvent: (event) => {
      const change = changeOf(event);
      if (change !== undefined) onChange(change);
    },
    onGone,
  });
  const { root, resourceMask, requests } = x;
  return {
    root,
    clientOf: (window) => (window & ~resourceMask) >>> 0,
    atom: async (name) => (await x.ask<number>((settle) => requests.InternAtom(false, name, settle))) ?? 0,
    watch: (window) => {
      if (x.isGone) return;
      // A window that is gone by now has nothing to say.
      requests.ChangeWindowAttributes(
        window,
        { eventMask: PROPERTY_CHANGE | SUBSTRUCTURE_NOTIFY },
        () => true,
      );
    },
    attributes: async (window) => {
      const found = await x.ask<WindowAttributes>((settle) => requests.GetWindowAttributes(window, settle));
      return (
        found && {
          inputOnly: found.klass === INPUT_ONLY,
          mapped: found.mapState !== 0,
          overrideRedirect: found.overrideRedirect !== 0,
        }
      );
    },
    place: async (window) => {
      const found = await x.ask<Geometry>((settle) => requests.GetGeometry(window, settle));
      return (
        found && {
          x: found.xPos,
          y: found.yPos,
          width: found.width,
          height: found.height,
          border: found.borderWidth,
        }
      );
    },
    tree: (window) => x.ask<Family>((settle) => requests.QueryTree(window, settle)),
    properties: (window) => x.ask<readonly number[]>((settle) => requests.ListProperties(window, settle)),
    property: (window, atom) =>
      x.ask<XProperty>((settle) => requests.GetProperty(0, window, atom, 0, 0, MAX_PROPERTY_WORDS, settle)),
    focus: async () =>
      (await x.ask<{ readonly focus: number }>((settle) => requests.GetInputFocus(settle)))?.focus ?? 0,
    close: () => x.close(),
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
