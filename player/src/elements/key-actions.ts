import type { PlayerRequest } from "./request.js";

/** A key, what it does, and how the list of keys says it. */
export interface KeyAction {
  /** `KeyboardEvent.key` values, letters in lower case. */
  readonly keys: readonly string[];
  readonly shift?: boolean;
  /** As printed on key caps. */
  readonly caps: readonly string[];
  readonly says: string;
  readonly request: (context: {
    readonly skipInactive: boolean;
    readonly durationMs: number;
  }) => PlayerRequest;
}

const STEP_MS = 5_000;

/** Every key of the player, in the order of its list. */
export const KEY_ACTIONS: readonly KeyAction[] = [
  { keys: [" ", "k"], caps: ["Space", "K"], says: "Play or pause", request: () => ({ type: "toggle" }) },
  {
    keys: ["arrowleft", "j"],
    caps: ["←", "J"],
    says: "Back 5 s",
    request: () => ({ type: "step", byMs: -STEP_MS }),
  },
  {
    keys: ["arrowright", "l"],
    caps: ["→", "L"],
    says: "Ahead 5 s",
    request: () => ({ type: "step", byMs: STEP_MS }),
  },
  {
    keys: ["arrowleft"],
    shift: true,
    caps: ["⇧", "←"],
    says: "Previous fact",
    request: () => ({ type: "prev-fact" }),
  },
  {
    keys: ["arrowright"],
    shift: true,
    caps: ["⇧", "→"],
    says: "Next fact",
    request: () => ({ type: "next-fact" }),
  },
  { keys: ["<", ","], caps: ["<"], says: "Slower", request: () => ({ type: "rate-step", by: -1 }) },
  { keys: [">", "."], caps: [">"], says: "Faster", request: () => ({ type: "rate-step", by: 1 }) },
  {
    keys: ["s"],
    caps: ["S"],
    says: "Skip idle stretches",
    request: ({ skipInactive }) => ({ type: "skip", skip: !skipInactive }),
  },
  { keys: ["e"], caps: ["E"], says: "Jump to live", request: () => ({ type: "live" }) },
  { keys: ["home"], caps: ["Home"], says: "To the start", request: () => ({ type: "seek", toMs: 0 }) },
  {
    keys: ["end"],
    caps: ["End"],
    says: "To the end",
    request: ({ durationMs }) => ({ type: "seek", toMs: durationMs }),
  },
  { keys: ["f"], caps: ["F"], says: "Full screen", request: () => ({ type: "fullscreen" }) },
  { keys: ["?"], caps: ["?"], says: "This list", request: () => ({ type: "keys" }) },
];

/** The part of a keyboard event that matters. */
export interface PressedKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** The action of a key; `undefined` when it is none of the player's. Keys with Alt, Ctrl or Meta never are. */
export function actionOf(pressed: PressedKey): KeyAction | undefined {
  if (pressed.altKey || pressed.ctrlKey || pressed.metaKey) return undefined;
  const key = pressed.key.toLowerCase();
  return KEY_ACTIONS.find(({ keys, shift }) => {
    if (!keys.includes(key)) return false;
    // Signs such as < and ? need shift on many keyboards; it tells two actions apart for arrows only.
    return key.startsWith("arrow") ? pressed.shiftKey === (shift === true) : true;
  });
}
