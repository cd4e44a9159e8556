import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { base, controls } from "../../style/index.js";
import { icon } from "../icons.js";
import { describeTrouble } from "../model/trouble.js";

/**
 * Says what could not be shown, why, and what to do. Fires `rt-retry` when asked to try again.
 */
@customElement("rt-trouble")
export class TroubleElement extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: grid;
        place-content: center;
        justify-items: start;
        gap: var(--s2);
        padding: var(--s6) var(--s5);
        max-width: 460px;
        margin: auto;
      }
      .sign {
        color: var(--error);
      }
      .sign svg {
        width: 22px;
        height: 22px;
      }
      h2 {
        font-size: var(--t-lg);
        font-weight: 620;
        letter-spacing: -0.01em;
      }
      .actions {
        display: flex;
        gap: var(--s2);
        margin-top: var(--s2);
      }
    `,
  ];

  /** The error, as it was thrown. */
  @property({ attribute: false }) accessor error: unknown;
  /** What could not be shown: "the sessions". */
  @property() accessor what = "this";
  /** A way out, shown beside or instead of trying again. */
  @property({ type: Boolean }) accessor home = false;

  override render() {
    const { title, advice, retry } = describeTrouble(this.error, this.what);
    return html`
      <span class="sign">${icon("error")}</span>
      <h2 role="alert">${title}</h2>
      <p class="muted">${advice}</p>
      <div class="actions">
        ${retry ? html`<button class="btn primary" @click=${this.#retry}>${icon("retry")}Try again</button>` : nothing}
        ${this.home ? html`<a class="btn" href="/">All sessions</a>` : nothing}
      </div>
    `;
  }

  #retry(): void {
    this.dispatchEvent(new CustomEvent("rt-retry", { bubbles: true, composed: true }));
  }
}
