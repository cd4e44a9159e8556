import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, query } from "lit/decorators.js";
import { base, controls } from "../../style/index.js";
import { icons } from "../icons.js";
import { KEY_ACTIONS } from "../key-actions.js";

/** The list of keys, as a dialog of its own. */
@customElement("reeltime-player-keys")
export class ReeltimePlayerKeys extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      dialog {
        border: 1px solid var(--line-strong);
        border-radius: var(--r-lg);
        background: var(--raised);
        color: var(--text);
        box-shadow: var(--shadow);
        padding: var(--s4);
        width: min(380px, calc(100% - 32px));
        font: 400 var(--t-md) / 1.45 var(--font);
      }
      dialog::backdrop {
        background: #0006;
      }
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        margin-bottom: var(--s2);
      }
      h2 {
        font-size: var(--t-lg);
        font-weight: 620;
      }
      li {
        display: flex;
        align-items: center;
        justify-content: space-between;
        padding: 5px 0;
        font-size: var(--t-sm);
      }
      li span {
        display: flex;
        gap: 4px;
      }
      kbd {
        min-width: 20px;
        text-align: center;
        padding: 3px 5px;
      }
    `,
  ];

  @query("dialog") private accessor dialog!: HTMLDialogElement | null;

  /** Shows the list, or hides it when it is shown. */
  toggle(): void {
    if (this.dialog?.open === true) this.dialog.close();
    else this.dialog?.showModal();
  }

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @keydown=${this.#key} @click=${this.#outside}>
      <header>
        <h2 id="title">Keys</h2>
        <button class="btn bare icon" aria-label="Close" @click=${() => this.toggle()}>${icons.close}</button>
      </header>
      <ul>
        ${KEY_ACTIONS.map(
          ({ caps, says }) =>
            html`<li>${says}<span>${caps.map((cap) => html`<kbd>${cap}</kbd>`)}</span></li>`,
        )}
      </ul>
    </dialog>`;
  }

  #key = (event: KeyboardEvent): void => {
    // The list is in front: keys are its own until it is closed.
    event.stopPropagation();
    if (event.key === "?") this.toggle();
  };

  #outside = (event: MouseEvent): void => {
    if (event.target === this.dialog) this.toggle();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "reeltime-player-keys": ReeltimePlayerKeys;
  }
}
