import type { ConnectionHealth } from "./model/connection-health.js";
import type { ServerClock } from "./model/server-clock.js";
import type { SessionsStore } from "./model/sessions-store.js";
import type { SignInState } from "./model/sign-in-state.js";
import type { Theme } from "./model/theme.js";
import type { DashboardApi, ListFeed } from "./ports.js";

/** Everything the screens share, made once in `main.ts`. */
export interface AppContext {
  readonly api: DashboardApi;
  /** The page's one live connection, as the player takes it. */
  readonly live: unknown;
  /** The same connection, as lists hear it. */
  readonly lists: ListFeed;
  readonly connection: ConnectionHealth;
  readonly store: SessionsStore;
  readonly clock: Pick<ServerClock, "nowMs">;
  readonly signIn: SignInState;
  readonly theme: Theme;
  /** Where this server answers: `https://replay.example.com`. */
  readonly origin: string;
  /** Puts text on the clipboard; false when the browser refuses. */
  readonly copy: (text: string) => Promise<boolean>;
}
