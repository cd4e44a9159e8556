import type { PlayerFact, WindowChoice } from "../store/index.js";

/** What an element inside the player asks for. Times are ms since the session's start. */
export type PlayerRequest =
  | { readonly type: "toggle" | "live" | "next-fact" | "prev-fact" | "retry" | "fullscreen" | "keys" }
  | { readonly type: "seek"; readonly toMs: number }
  | { readonly type: "step"; readonly byMs: number }
  | { readonly type: "rate"; readonly rate: number }
  | { readonly type: "rate-step"; readonly by: 1 | -1 }
  | { readonly type: "skip"; readonly skip: boolean }
  | { readonly type: "window"; readonly window: WindowChoice }
  | { readonly type: "fact"; readonly fact: PlayerFact };

/** The event a request travels up in; it stops at the player. */
export const REQUEST = "reeltime-player-request";

/** Sends a request up from an element. */
export function request(from: EventTarget, detail: PlayerRequest): void {
  from.dispatchEvent(new CustomEvent<PlayerRequest>(REQUEST, { detail, bubbles: true, composed: true }));
}
