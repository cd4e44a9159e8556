import type { SessionId } from "@reeltime/recorder/protocol";
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { base, controls, marks } from "../../style/index.js";
import type { AppContext } from "../context.js";
import { icon } from "../icons.js";
import { KeysElement } from "../keys/keys.js";
import { parseRoute, type Route } from "../model/route.js";
import { isSignedOut } from "../model/trouble.js";
import { navigate } from "../navigate.js";
import { Observed } from "../observed.js";
import type { ProjectSummary } from "../ports.js";
import { describePerson } from "../words/person.js";
import { appStyle } from "./app.style.js";
import { logo } from "./logo.js";
import { sideBar } from "./side-bar.js";

/** The projects, and how asking for them goes. */
type Boot =
  | { readonly phase: "loading" }
  | { readonly phase: "failed"; readonly error: unknown }
  | { readonly phase: "ready"; readonly projects: readonly ProjectSummary[] };

/** The dashboard: signs in, finds the screen an address asks for, and tells when the connection is lost. */
@customElement("rt-app")
export class AppElement extends LitElement {
  static override styles = [base, controls, marks, logo, appStyle];

  @property({ attribute: false }) accessor context: AppContext | undefined;
  @state() private accessor boot: Boot = { phase: "loading" };
  @state() private accessor route: Route = parseRoute(new URL(location.href));
  @state() private accessor opened: SessionId | undefined;
  readonly #darkness = matchMedia("(prefers-color-scheme: dark)");

  constructor() {
    super();
    new Observed(this, () => this.context?.signIn.state);
    new Observed(this, () => this.context?.connection.state);
    new Observed(this, () => this.context?.theme.choice);
    this.addEventListener("click", this.#click);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("popstate", this.#moved);
    this.#darkness.addEventListener("change", this.#redraw);
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("popstate", this.#moved);
    this.#darkness.removeEventListener("change", this.#redraw);
  }

  override willUpdate(): void {
    const choice = this.context?.theme.choice.value ?? "system";
    if (choice === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
    if (this.#signedOut) this.context?.store.close();
  }

  override updated(): void {
    document.title = this.#title();
  }

  override render(): TemplateResult {
    const { context, boot } = this;
    if (context === undefined) return html``;
    if (this.#signedOut) {
      const used = new URLSearchParams(location.search).get("sign-in") === "used";
      return html`<rt-sign-in .api=${context.api} .used=${used} @rt-signed-in=${this.#signedIn}></rt-sign-in>`;
    }
    return html`${this.#screen(context, boot)}${this.#health(context)}`;
  }

  #screen(context: AppContext, boot: Boot): TemplateResult {
    const { route } = this;
    if (route.screen === "session") {
      return html`<rt-session
        .context=${context}
        .projects=${boot.phase === "ready" ? boot.projects : []}
        .sessionId=${route.id}
        .startMs=${route.startMs}
        @rt-named=${this.#named}
      ></rt-session>`;
    }
    const projects = boot.phase === "ready" ? boot.projects : [];
    const project = this.#project(projects);
    return html`
      <a class="btn primary skip" href="#main" @click=${this.#skip}>Skip to the sessions</a>
      <div class="app">
        ${sideBar({
          projects,
          project,
          route,
          dark: this.#dark,
          toggleTheme: () => context.theme.toggle(this.#darkness.matches),
          showKeys: this.#showKeys,
          signOut: () => void this.#leave(),
        })}
        <main id="main" tabindex="-1">${this.#main(context, boot, project)}</main>
      </div>
      <rt-keys list></rt-keys>
    `;
  }

  #main(context: AppContext, boot: Boot, project: ProjectSummary | undefined): TemplateResult {
    const { route } = this;
    if (route.screen === "not-found") {
      return html`<rt-trouble .error=${{ code: "not_found" }} what="this page" home></rt-trouble>`;
    }
    if (boot.phase === "failed") {
      return html`<rt-trouble .error=${boot.error} what="the sessions" @rt-retry=${this.#load}></rt-trouble>`;
    }
    if (boot.phase === "loading") {
      return html`<div class="wait late" role="status" aria-label="Loading">
        <span class="bone"></span><span class="bone"></span><span class="bone"></span>
      </div>`;
    }
    if (project === undefined) {
      return html`<rt-trouble .error=${{ code: "not_found" }} what="a project" @rt-retry=${this.#load}></rt-trouble>`;
    }
    const filters = route.screen === "sessions" ? route.filters : undefined;
    return html`<rt-sessions
      .context=${context}
      .project=${project}
      .filters=${filters}
      .selected=${this.opened}
    ></rt-sessions>`;
  }

  #health({ connection }: AppContext): TemplateResult | typeof nothing {
    const health = connection.state.value;
    if (health === "fine") return nothing;
    // A session's controls are at the bottom: there it is told at the top.
    const place = this.route.screen === "session" ? "lost top" : "lost";
    return health === "lost"
      ? html`<div class=${place} role="status">${icon("offline")}Reconnecting… What you see may be behind.</div>`
      : html`<div class=${place} role="alert">
          ${icon("offline")}Live updates stopped.<button class="btn" @click=${() => connection.retry()}>Try again</button>
        </div>`;
  }

  get #signedOut(): boolean {
    const { boot } = this;
    return this.context?.signIn.state.value === "no" || (boot.phase === "failed" && isSignedOut(boot.error));
  }

  get #dark(): boolean {
    const choice = this.context?.theme.choice.value ?? "system";
    return choice === "system" ? this.#darkness.matches : choice === "dark";
  }

  #project(projects: readonly ProjectSummary[]): ProjectSummary | undefined {
    const wanted = this.route.screen === "sessions" ? this.route.project : undefined;
    return (
      projects.find(({ id }) => id === (wanted ?? this.context?.store.state.value.project)) ?? projects[0]
    );
  }

  #title(): string {
    if (this.#signedOut) return "Sign in · Reeltime";
    if (this.route.screen === "session") return document.title;
    return this.route.screen === "sessions" ? "Sessions · Reeltime" : "Not found · Reeltime";
  }

  readonly #load = async (): Promise<void> => {
    this.boot = { phase: "loading" };
    try {
      const projects = (await this.context?.api.projects()) ?? [];
      this.context?.signIn.state.set("yes");
      this.boot = { phase: "ready", projects };
    } catch (error) {
      this.boot = { phase: "failed", error };
    }
  };

  readonly #signedIn = (): void => {
    const url = new URL(location.href);
    url.searchParams.delete("sign-in");
    history.replaceState(null, "", url.pathname + url.search);
    this.context?.signIn.state.set("yes");
    this.context?.connection.retry();
    void this.#load();
  };

  async #leave(): Promise<void> {
    try {
      await this.context?.api.signOut();
    } catch {
      // The cookie could not be ended now; the sign-in screen still hides what was shown.
    }
    this.context?.signIn.state.set("no");
  }

  readonly #moved = (): void => {
    if (this.route.screen === "session") this.opened = this.route.id;
    this.route = parseRoute(new URL(location.href));
  };

  readonly #showKeys = (): void => {
    const keys = this.renderRoot.querySelector("rt-keys");
    if (keys instanceof KeysElement) keys.open();
  };

  readonly #redraw = (): void => this.requestUpdate();

  readonly #named = (event: CustomEvent<Parameters<typeof describePerson>[0]>): void => {
    document.title = `${describePerson(event.detail).name} · Reeltime`;
  };

  readonly #skip = (event: Event): void => {
    event.preventDefault();
    this.renderRoot.querySelector<HTMLElement>("main")?.focus();
  };

  /** Links to our own screens do not load the page again. */
  readonly #click = (event: MouseEvent): void => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    if (!(link instanceof HTMLAnchorElement) || link.target !== "" || link.origin !== location.origin) return;
    const url = new URL(link.href);
    if (link.hasAttribute("download") || parseRoute(url).screen === "not-found") return;
    event.preventDefault();
    navigate(url.pathname + url.search);
  };
}
