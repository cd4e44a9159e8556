import { NO_FACTS, type WindowFacts } from "./window-node.js";
import type { XProperty } from "./x11.js";
import { groupOf, ICONIC, type PropertyName, textsOf, wordsOf } from "./x11-properties.js";

/** The properties of one window, as far as it has them. */
export type Properties = ReadonlyMap<PropertyName, XProperty>;

/** What numbers the display gave to names. */
export type AtomOf = (name: string) => number;

/** What a window can say that it is (EWMH), and what that is here. The first that is known counts. */
const KINDS: readonly (readonly [string, NonNullable<WindowFacts["kind"]>])[] = [
  ["_NET_WM_WINDOW_TYPE_NORMAL", "normal"],
  ["_NET_WM_WINDOW_TYPE_DIALOG", "dialog"],
  ["_NET_WM_WINDOW_TYPE_UTILITY", "dialog"],
  ["_NET_WM_WINDOW_TYPE_TOOLBAR", "dialog"],
  ["_NET_WM_WINDOW_TYPE_SPLASH", "dialog"],
  ["_NET_WM_WINDOW_TYPE_MENU", "dialog"],
  ["_NET_WM_WINDOW_TYPE_DROPDOWN_MENU", "popup"],
  ["_NET_WM_WINDOW_TYPE_POPUP_MENU", "popup"],
  ["_NET_WM_WINDOW_TYPE_TOOLTIP", "popup"],
  ["_NET_WM_WINDOW_TYPE_NOTIFICATION", "popup"],
  ["_NET_WM_WINDOW_TYPE_COMBO", "popup"],
  ["_NET_WM_WINDOW_TYPE_DND", "popup"],
  ["_NET_WM_WINDOW_TYPE_DOCK", "dock"],
  ["_NET_WM_WINDOW_TYPE_DESKTOP", "desktop"],
];

/** Names that must be given numbers before facts can be read. */
export const FACT_ATOMS: readonly string[] = [
  "UTF8_STRING",
  "_NET_WM_STATE_HIDDEN",
  ...KINDS.map(([name]) => name),
];

/** The titles that a window states: the newer property's first. */
export const titlesFrom = (properties: Properties, atomOf: AtomOf): readonly string[] => [
  ...new Set(
    (["_NET_WM_NAME", "WM_NAME"] as const).flatMap((name) =>
      textsOf(properties.get(name), atomOf("UTF8_STRING")),
    ),
  ),
];

/**
 * What a window says of itself.
 * @param handle its own number: one that says it belongs to itself belongs to none
 * @param root as the owner it means the whole group (EWMH)
 */
export function factsFrom(properties: Properties, atomOf: AtomOf, handle: number, root: number): WindowFacts {
  if (properties.size === 0) return NO_FACTS;
  const owner = wordsOf(properties.get("WM_TRANSIENT_FOR"))[0];
  const pid = wordsOf(properties.get("_NET_WM_PID"))[0];
  const state = wordsOf(properties.get("WM_STATE"))[0];
  const leader = wordsOf(properties.get("WM_CLIENT_LEADER"))[0];
  const types = wordsOf(properties.get("_NET_WM_WINDOW_TYPE"));
  const kind = types
    .map((type) => KINDS.find(([name]) => atomOf(name) === type)?.[1])
    .find((known) => known !== undefined);
  const transient = properties.has("WM_TRANSIENT_FOR");
  return {
    pid: pid === 0 ? undefined : pid,
    owner: owner === undefined || owner === 0 || owner === root || owner === handle ? undefined : owner,
    group: groupOf(properties.get("WM_HINTS")) ?? (leader === 0 ? undefined : leader),
    kind: kind === "normal" || kind === undefined ? (transient ? "dialog" : kind) : kind,
    managed: state !== undefined,
    minimised:
      state === ICONIC || wordsOf(properties.get("_NET_WM_STATE")).includes(atomOf("_NET_WM_STATE_HIDDEN")),
  };
}
