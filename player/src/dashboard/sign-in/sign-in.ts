import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { base, controls } from "../../style/index.js";
import { logo } from "../app/logo.js";
import { icon } from "../icons.js";
import { codeOf } from "../model/trouble.js";
import type { DashboardApi } from "../ports.js";

/** Asks for a read key. Fires `rt-signed-in` when the server has taken it. */
@customElement("rt-sign-in")
export class SignInElement extends LitElement {
  static override styles = [
    base,
    controls,
    logo,
    css`
      :host {
        display: grid;
        place-items: center;
        min-height: 100%;
        padding: var(--s5) var(--s4);
        background: var(--ground);
      }
      main {
        width: min(400px, 100%);
        display: grid;
        gap: var(--s4);
      }
      .brand {
        padding: 0;
      }
      h1 {
        font-size: var(--t-xl);
        font-weight: 640;
        letter-spacing: -0.02em;
      }
      form {
        display: grid;
        gap: var(--s2);
      }
      .label {
        font-size: var(--t-sm);
        font-weight: 550;
      }
      .field {
        height: 38px;
      }
      .btn {
        height: 38px;
      }
      .note,
      .wrong {
        display: flex;
        gap: var(--s2);
        align-items: start;
        font-size: var(--t-sm);
        border-radius: var(--r-md);
        padding: var(--s2) var(--s3);
      }
      .note {
        background: var(--rage-soft);
        color: var(--text);
      }
      .note svg {
        color: var(--rage);
        margin-top: 1px;
      }
      .wrong {
        background: var(--error-soft);
        color: var(--error);
      }
      .wrong svg {
        margin-top: 1px;
      }
      code {
        font-family: var(--mono);
        font-size: 0.95em;
      }
    `,
  ];

  @property({ attribute: false }) accessor api: Pick<DashboardApi, "signIn"> | undefined;
  /** The one-time link was used before: says so. */
  @property({ type: Boolean }) accessor used = false;
  @state() private accessor busy = false;
  @state() private accessor wrong = "";
  @query("input") private accessor input: HTMLInputElement | null = null;

  override firstUpdated(): void {
    this.input?.focus();
  }

  override render() {
    return html`
      <main>
        <div class="brand"><span class="logo">${icon("play")}</span>Reeltime</div>
        <h1>Sign in</h1>
        ${
          this.used
            ? html`<p class="note" role="status">${icon("clock")}<span>That link has been used. It signs in once, so that nobody
                who finds it in a log can. Restart the server for a new one, or use the read key.</span></p>`
            : nothing
        }
        <form novalidate @submit=${this.#submit}>
          <label class="label" for="key">Read key</label>
          <span class="field">
            ${icon("key")}
            <input
              id="key"
              type="password"
              autocomplete="current-password"
              spellcheck="false"
              placeholder="rk_…"
              aria-describedby="help"
              aria-invalid=${this.wrong === "" ? "false" : "true"}
            />
          </span>
          ${this.wrong === "" ? nothing : html`<p class="wrong" role="alert">${icon("error")}<span>${this.wrong}</span></p>`}
          <button class="btn primary" ?disabled=${this.busy}>${this.busy ? "Signing in…" : "Sign in"}</button>
        </form>
        <p id="help" class="sub">
          The server printed the read key, and a link that signs you in once, in the terminal where it was first
          started.
        </p>
      </main>
    `;
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const key = this.input?.value.trim() ?? "";
    if (this.busy) return;
    if (key === "") {
      this.#refuse("Paste the read key first.");
      return;
    }
    this.busy = true;
    this.wrong = "";
    try {
      await this.api?.signIn(key);
      this.dispatchEvent(new CustomEvent("rt-signed-in", { bubbles: true, composed: true }));
    } catch (error) {
      this.#refuse(reason(codeOf(error)));
    } finally {
      this.busy = false;
    }
  }

  #refuse(why: string): void {
    this.wrong = why;
    this.input?.focus();
    this.input?.select();
  }
}

function reason(code: string | undefined): string {
  switch (code) {
    case "unauthorized":
    case "forbidden":
    case "bad_request":
    case "invalid":
      return "The server does not know this key. Check that all of it was copied.";
    case "rate_limited":
      return "Too many attempts. Wait a minute, then try again.";
    default:
      return "The server does not answer. Check that it runs, then try again.";
  }
}
