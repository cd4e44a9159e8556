import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { base, controls } from "../../style/index.js";
import { describeTrouble } from "../model/trouble.js";
import { dialogStyle } from "./dialog.style.js";

/** Asks before a session is deleted. Fires `rt-confirm`; the answer comes back by `close()` or `failed()`. */
@customElement("rt-delete-dialog")
export class DeleteDialogElement extends LitElement {
  static override styles = [
    base,
    controls,
    dialogStyle,
    css`
      .wrong {
        color: var(--error);
        font-size: var(--t-sm);
      }
    `,
  ];

  @state() private accessor busy = false;
  @state() private accessor wrong = "";
  @query("dialog") private accessor dialog: HTMLDialogElement | null = null;

  /** Asks. */
  open(): void {
    this.busy = false;
    this.wrong = "";
    this.dialog?.showModal();
  }

  /** Goes away. */
  close(): void {
    this.dialog?.close();
  }

  /** Says that it was not deleted, and lets it be tried again. */
  failed(error: unknown): void {
    this.busy = false;
    this.wrong = `Not deleted. ${describeTrouble(error, "the session").advice}`;
  }

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title">
      <h2 id="title">Delete this session?</h2>
      <p class="muted">The whole recording goes, for everybody and for good. This cannot be undone.</p>
      ${this.wrong === "" ? nothing : html`<p class="wrong" role="alert">${this.wrong}</p>`}
      <div class="actions">
        <button class="btn" @click=${this.close} autofocus>Keep it</button>
        <button class="btn danger" ?disabled=${this.busy} @click=${this.#confirm}>
          ${this.busy ? "Deleting…" : "Delete session"}
        </button>
      </div>
    </dialog>`;
  }

  #confirm(): void {
    this.busy = true;
    this.wrong = "";
    this.dispatchEvent(new CustomEvent("rt-confirm"));
  }
}
