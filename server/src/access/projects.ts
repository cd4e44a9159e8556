import type { ProjectId } from "@reeltime/recorder/protocol";
import { createOriginAllowed, type OriginAllowed } from "../http/cors.js";
import type { ControlState, Project } from "./control-events.js";

/** The projects, as routes ask for them. */
export interface Projects {
  /** In the order they were made. */
  all(): readonly Project[];
  /** The project with a public key. */
  byKey(key: string): Project | undefined;
  /** Whether pages of an origin may record into a project; into any, when none is named. */
  allowsOrigin(origin: string, project?: ProjectId): boolean;
}

/**
 * Projects as the control stream has them, also those that other servers make.
 * @param stateNow the stream's state at any time: one object as long as nothing changes
 * @param always patterns of origins that may record into every project: the server's own, and the configured
 */
export function createProjects(stateNow: () => ControlState, always: readonly string[]): Projects {
  let known: { readonly of: ControlState["projects"]; readonly lookups: Projects } | undefined;
  const now = (): Projects => {
    const { projects } = stateNow();
    if (known?.of !== projects) known = { of: projects, lookups: lookUp([...projects.values()], always) };
    return known.lookups;
  };
  return {
    all: () => now().all(),
    byKey: (key) => now().byKey(key),
    allowsOrigin: (origin, project) => now().allowsOrigin(origin, project),
  };
}

function lookUp(all: readonly Project[], always: readonly string[]): Projects {
  const byKey = new Map(all.map((project) => [project.key, project]));
  const origins = new Map<ProjectId, OriginAllowed>(
    all.map((project) => [project.id, createOriginAllowed([...always, ...project.origins])]),
  );
  const anywhere = createOriginAllowed([...always, ...all.flatMap((project) => project.origins)]);
  return {
    all: () => all,
    byKey: (key) => byKey.get(key),
    allowsOrigin: (origin, project) =>
      project === undefined ? anywhere(origin) : (origins.get(project)?.(origin) ?? false),
  };
}
