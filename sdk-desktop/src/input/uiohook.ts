import type { UiohookKeyboardEvent, UiohookMouseEvent, UiohookWheelEvent } from "uiohook-napi";
import { monotonicMs } from "../monotonic.js";
import type { KeyStroke } from "./keys.js";
import type { Input } from "./messages.js";

/** What the hook hears, in our words, stamped with `monotonicMs` as it arrives (its own clock is the X server's uptime). */
export type HookEvent =
  | { readonly type: "move"; readonly atMs: number; readonly x: number; readonly y: number }
  /** A button that the system does not name is 0; those past the third have further numbers. */
  | Extract<Input, { readonly type: "button" | "wheel" }>
  | ({ readonly type: "press" } & KeyStroke)
  | ({ readonly type: "release" } & KeyStroke);

/** What hears the mouse and the keyboard. */
export interface Hook {
  start(): void;
  stop(): void;
}

/**
 * Loads the input hook. Only in a process of its own, and only after `probeInput` has found nothing wrong: without a
 * display, `start` ends the process by a signal that nothing catches; and when the display goes, so does the process.
 * Rejects with the loader's own error where a library is missing.
 */
export async function openHook(hear: (event: HookEvent) => void): Promise<Hook> {
  const { uIOhook } = await import("uiohook-napi");
  uIOhook.on("mousemove", ({ x, y }) => hear({ type: "move", atMs: monotonicMs(), x, y }));
  uIOhook.on("mousedown", (event) => hear(buttonOf(event, true)));
  uIOhook.on("mouseup", (event) => hear(buttonOf(event, false)));
  uIOhook.on("wheel", (event) => hear(wheelOf(event)));
  uIOhook.on("keydown", (event) => hear({ type: "press", ...strokeOf(event) }));
  uIOhook.on("keyup", (event) => hear({ type: "release", ...strokeOf(event) }));
  return { start: () => uIOhook.start(), stop: () => uIOhook.stop() };
}

function buttonOf({ x, y, button, clicks }: UiohookMouseEvent, down: boolean): HookEvent {
  const number = typeof button === "number" ? button : 0;
  return { type: "button", atMs: monotonicMs(), x, y, button: number, down, clicks };
}

/** libuiohook's number of the direction; its rotations are whole notches on every system. */
const HORIZONTAL = 4;

function wheelOf({ x, y, direction, rotation }: UiohookWheelEvent): HookEvent {
  const horizontal = (direction as number) === HORIZONTAL;
  return {
    type: "wheel",
    atMs: monotonicMs(),
    x,
    y,
    deltaX: horizontal ? rotation : 0,
    deltaY: horizontal ? 0 : rotation,
  };
}

function strokeOf({ keycode, time, ctrlKey, altKey, shiftKey, metaKey }: UiohookKeyboardEvent): KeyStroke {
  return {
    keycode,
    atMs: monotonicMs(),
    hookTime: time,
    ctrl: ctrlKey,
    alt: altKey,
    shift: shiftKey,
    meta: metaKey,
  };
}
