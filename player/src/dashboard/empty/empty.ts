import { css, html, LitElement } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { base, controls, marks } from "../../style/index.js";
import { icon } from "../icons.js";
import { snippet } from "../words/snippet.js";

/** Milliseconds a button says that it has copied. */
const SAID_FOR_MS = 2_000;

/** What a project without sessions shows: the snippet and the command with its own key, and the way to the demo. */
@customElement("rt-empty")
export class EmptyElement extends LitElement {
  static override styles = [
    base,
    controls,
    marks,
    css`
      :host {
        display: grid;
        align-content: center;
        width: min(840px, 100%);
        margin: auto;
        padding: var(--s5);
      }
      h1 {
        font-size: var(--t-xl);
        letter-spacing: -0.02em;
        margin: 0 0 var(--s2);
        font-weight: 640;
        line-height: 1.25;
      }
      .code {
        position: relative;
        margin: var(--s4) 0;
        border: 1px solid var(--line);
        border-radius: var(--r-lg);
        background: var(--surface);
      }
      pre {
        margin: 0;
        padding: var(--s4);
        padding-bottom: 52px;
        font: 12.5px/1.65 var(--mono);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        border-radius: inherit;
      }
      .copy {
        position: absolute;
        right: var(--s2);
        bottom: var(--s2);
      }
      .desktop {
        margin: 0 0 var(--s4);
      }
      .desktop code {
        display: block;
        margin-top: var(--s1);
        font: 12.5px/1.65 var(--mono);
        color: var(--text);
        overflow-wrap: anywhere;
        user-select: all;
      }
      .wait {
        display: flex;
        flex-wrap: wrap;
        gap: var(--s3);
        align-items: center;
      }
      .waiting {
        display: flex;
        align-items: center;
        gap: 10px;
        flex: 1 1 260px;
        color: var(--muted);
        font-size: var(--t-sm);
      }
    `,
  ];

  /** The project's public key; without one the snippet says where it goes. */
  @property() accessor key = "";
  @property() accessor origin = "";
  @property({ attribute: false }) accessor copy: ((text: string) => Promise<boolean>) | undefined;
  @state() private accessor copied: boolean | undefined;
  @query("pre") private accessor text: HTMLElement | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override render() {
    const copied = this.copied;
    return html`
      <h1>Record your first session</h1>
      <p class="muted">
        Paste this into the page you want to see. What people type is masked before anything leaves their browser.
      </p>
      <div class="code">
        <pre tabindex="0" aria-label="Snippet">${this.#snippet}</pre>
        <button class="btn copy" @click=${this.#copy} aria-live="polite">
          ${icon(copied === true ? "check" : "copy")}${copied === undefined ? "Copy" : copied ? "Copied" : "Select and copy"}
        </button>
      </div>
      <p class="muted desktop">
        Or record a desktop, from a terminal on it: <code>${this.#command}</code>
      </p>
      <div class="wait">
        <p class="waiting" role="status">
          <span class="dot pulse"></span>Waiting for the first session. This page changes by itself.
        </p>
        <a class="btn primary" href="/demo">Open the demo</a>
      </div>
    `;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  get #projectKey(): string {
    return this.key === "" ? "pk_…" : this.key;
  }

  get #snippet(): string {
    return snippet({ projectKey: this.#projectKey, origin: this.origin });
  }

  get #command(): string {
    return `npx -p @reeltime/desktop reeltime-desktop record --server ${this.origin} --key ${this.#projectKey}`;
  }

  async #copy(): Promise<void> {
    this.copied = (await this.copy?.(this.#snippet)) ?? false;
    if (!this.copied && this.text !== null) getSelection()?.selectAllChildren(this.text);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.copied = undefined;
    }, SAID_FOR_MS);
  }
}
