import type { ProjectId } from "@reeltime/recorder/protocol";
import { html, nothing, type TemplateResult } from "lit";
import { icon } from "../icons.js";
import { NO_FILTERS } from "../model/filters.js";
import { type Route, sessionsHref } from "../model/route.js";
import { navigate } from "../navigate.js";
import type { ProjectSummary } from "../ports.js";

/** What the side bar shows and does. */
export interface SideBarOptions {
  readonly projects: readonly ProjectSummary[];
  readonly project: ProjectSummary | undefined;
  readonly route: Route;
  /** Whether it is dark now. */
  readonly dark: boolean;
  readonly toggleTheme: () => void;
  readonly showKeys: () => void;
  readonly signOut: () => void;
}

/** The brand, the project, the ways to go; at the bottom of the screen on a phone. */
export function sideBar(options: SideBarOptions): TemplateResult {
  const { projects, project, route, dark, toggleTheme, showKeys, signOut } = options;
  const status = route.screen === "sessions" ? route.filters.status : undefined;
  const many = projects.length > 1 ? project?.id : undefined;
  const all = sessionsHref(NO_FILTERS, many);
  const live = sessionsHref({ ...NO_FILTERS, status: "live" }, many);
  const here = (on: boolean) => (on ? "page" : nothing);
  return html`
    <div class="side">
      <a class="brand" href=${all}><span class="logo">${icon("play")}</span>Reeltime</a>
      ${projectPicker(projects, project)}
      <nav aria-label="Main">
        <a class="item" href=${all} aria-current=${here(route.screen === "sessions" && status !== "live")}>
          ${icon("list")}Sessions
        </a>
        <a class="item" href=${live} aria-current=${here(status === "live")}>${icon("live")}Live now</a>
      </nav>
      <div class="foot">
        <button class="item" @click=${toggleTheme} aria-label=${dark ? "Use light colours" : "Use dark colours"}>
          ${icon(dark ? "sun" : "moon")}${dark ? "Light" : "Dark"}
        </button>
        <button class="item wide" @click=${showKeys}>${icon("keyboard")}Keys</button>
        <button class="item" @click=${signOut}>${icon("leave")}Sign out</button>
      </div>
    </div>
  `;
}

function projectPicker(
  projects: readonly ProjectSummary[],
  project: ProjectSummary | undefined,
): TemplateResult {
  if (projects.length < 2) {
    return html`<div class="project"><span class="grow clip" title="Project">${project?.name ?? project?.id ?? "…"}</span></div>`;
  }
  const choose = (event: Event): void => {
    const { value } = event.target as HTMLSelectElement;
    const chosen: ProjectId | undefined = projects.find(({ id }) => id === value)?.id;
    navigate(sessionsHref(NO_FILTERS, chosen));
  };
  return html`<div class="project many">
    <select aria-label="Project" @change=${choose}>
      ${projects.map(
        ({ id, name }) => html`<option value=${id} .selected=${id === project?.id}>${name ?? id}</option>`,
      )}
    </select>
    ${icon("down")}
  </div>`;
}
