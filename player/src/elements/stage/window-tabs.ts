import { html, nothing, type TemplateResult } from "lit";
import { ALL_DISPLAYS, type PlayerState, type PlayerWindow } from "../../store/index.js";
import { icons } from "../icons.js";
import { request } from "../request.js";
import { shortAddress } from "./short-address.js";

/**
 * The windows of a session as tabs: pages, pictures, and where there are several displays all of them at once. Nothing of
 * a session that has one window. `from` sends the requests.
 */
export function windowTabs(
  state: PlayerState | undefined,
  from: EventTarget,
): TemplateResult | typeof nothing {
  const windows = state?.windows ?? [];
  if (state === undefined || windows.length < 2) return nothing;
  const displays = windows.filter(({ display }) => display);
  const onlyDisplays = displays.length === windows.length;
  const together = state.shownWindows.length > 1;
  // Where there is nothing else, all displays are what is followed anyway.
  const all = onlyDisplays ? undefined : ALL_DISPLAYS;
  return html`<div class="tabs" role="tablist" aria-label="Windows of this session">
      ${
        displays.length > 1
          ? tab("All displays", together, () => request(from, { type: "window", window: all }))
          : nothing
      }
      ${windows.map((window, index) => {
        const on = !together && window.id === state.activeWindow;
        const choose = (): void => request(from, { type: "window", window: window.id });
        return tab(nameOf(window, index, displays), on, choose);
      })}
    </div>
    ${onlyDisplays ? nothing : followButton(state, from)}`;
}

const tab = (name: string, on: boolean, choose: () => void): TemplateResult => html`<button
  role="tab"
  class="tab clip"
  aria-selected=${on ? "true" : "false"}
  title=${name}
  @click=${choose}
>
  ${name}
</button>`;

function followButton(state: PlayerState, from: EventTarget): TemplateResult {
  const { windowChosen, activeWindow } = state;
  return html`<button
    class="btn bare icon follow"
    aria-pressed=${windowChosen ? "false" : "true"}
    aria-label="Follow the window in use"
    title=${windowChosen ? "Follow the window in use" : "Following the window in use"}
    @click=${() => request(from, { type: "window", window: windowChosen ? undefined : activeWindow })}
  >
    ${icons.follow}
  </button>`;
}

/** A window's own name; displays of the same name, or of none, are numbered. */
function nameOf(window: PlayerWindow, index: number, displays: readonly PlayerWindow[]): string {
  if (!window.display) return window.title || shortAddress(window.url) || `Window ${index + 1}`;
  const alike = displays.filter(({ title }) => title === window.title);
  if (window.title !== "" && alike.length === 1) return window.title;
  return `Display ${displays.indexOf(window) + 1}`;
}
