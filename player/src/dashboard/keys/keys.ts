import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { KEY_ACTIONS } from "../../elements/index.js";
import { base, controls } from "../../style/index.js";
import { icon } from "../icons.js";
import { dialogStyle } from "../session/dialog.style.js";
import { isTyping } from "../typing.js";

type Shortcut = readonly [readonly string[], string];

const PLAYBACK: readonly Shortcut[] = KEY_ACTIONS.filter(({ keys }) => !keys.includes("?")).map(
  ({ caps, says }) => [caps, says],
);
const PAGE: readonly Shortcut[] = [
  [["1", "2"], "Activity, details"],
  [["/"], "Filter"],
  [["[", "]"], "Newer, older session"],
  [["?"], "These keys"],
];
const LIST: readonly Shortcut[] = [
  [["J", "↓"], "Next session"],
  [["K", "↑"], "Previous session"],
  [["Enter"], "Open it"],
  [["/"], "Search"],
  [["?"], "These keys"],
];

/** The list of keys; opens at `?`. */
@customElement("rt-keys")
export class KeysElement extends LitElement {
  static override styles = [
    base,
    controls,
    dialogStyle,
    css`
      .top {
        display: flex;
        align-items: center;
      }
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: var(--s2) var(--s4);
        font-size: var(--t-sm);
        align-items: center;
      }
      dt {
        display: flex;
        gap: 4px;
        justify-content: flex-end;
      }
    `,
  ];

  @query("dialog") private accessor dialog: HTMLDialogElement | null = null;
  /** Shows the keys of the list rather than those of a session. */
  @property({ type: Boolean }) accessor list = false;

  override connectedCallback(): void {
    super.connectedCallback();
    // Before the player, which has a list of its own keys alone.
    document.addEventListener("keydown", this.#key, { capture: true });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.#key, { capture: true });
  }

  /** Shows the keys. */
  open(): void {
    if (this.dialog?.open === false) this.dialog.showModal();
  }

  override render(): TemplateResult {
    const shortcuts = this.list ? LIST : [...PLAYBACK, ...PAGE];
    return html`<dialog aria-labelledby="title">
      <div class="top">
        <h2 id="title" class="grow">Keys</h2>
        <button class="btn bare icon" aria-label="Close" @click=${() => this.dialog?.close()}>${icon("close")}</button>
      </div>
      <dl>
        ${shortcuts.map(
          ([keys, words]) => html`<dt>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dt><dd>${words}</dd>`,
        )}
      </dl>
    </dialog>`;
  }

  readonly #key = (event: KeyboardEvent): void => {
    if (event.key !== "?" || isTyping(event)) return;
    event.preventDefault();
    this.open();
  };
}
