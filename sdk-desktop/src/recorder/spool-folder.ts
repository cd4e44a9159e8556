import { createHash } from "node:crypto";
import { join } from "node:path";

/** What the choice of a folder stands on. */
export interface FolderInput {
  readonly platform: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: () => string;
  readonly apiHost: string;
  readonly projectKey: string;
}

/**
 * The folder for what an outage holds back, unless the app names one: in the user's cache, one for each project, so that an
 * app that is started again finds what it left. `false`: this user has no folder.
 */
export function defaultSpoolFolder({
  platform,
  environment,
  home,
  apiHost,
  projectKey,
}: FolderInput): string | false {
  const project = createHash("sha256").update(`${apiHost}\n${projectKey}`).digest("hex").slice(0, 16);
  try {
    return join(cacheOf(platform, environment, home), "reeltime-desktop", project);
  } catch {
    // A user without a home, as some services are.
    return false;
  }
}

function cacheOf(platform: string, environment: FolderInput["environment"], home: () => string): string {
  switch (platform) {
    case "darwin":
      return join(home(), "Library", "Caches");
    case "win32":
      return environment.LOCALAPPDATA || join(home(), "AppData", "Local");
    default:
      return environment.XDG_CACHE_HOME || join(home(), ".cache");
  }
}
