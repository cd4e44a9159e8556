import { createApi, createSharedLiveConnection } from "../client/index.js";
import { schemes, tokens } from "../style/index.js";
import { AppElement } from "./app/app.js";
import { copyText } from "./copy-text.js";
import { documentStyle } from "./document-style.js";
import "./elements.js";
import { ConnectionHealth } from "./model/connection-health.js";
import { ServerClock } from "./model/server-clock.js";
import { SessionsStore } from "./model/sessions-store.js";
import { SharedListFeed } from "./model/shared-list-feed.js";
import { SignInState } from "./model/sign-in-state.js";
import { Theme, type ThemeStorage } from "./model/theme.js";

/** The composition root: makes everything once, and puts the app into the page. */
function start(): void {
  const sheets = [tokens, schemes, documentStyle].map(({ styleSheet }) => styleSheet);
  document.adoptedStyleSheets = sheets.filter((sheet) => sheet !== undefined);

  const clock = new ServerClock({
    nowMs: () => Date.now(),
    fetch: (input, init) => fetch(input, init),
  });
  const signIn = new SignInState(clock.fetch);
  const api = createApi({ fetch: signIn.fetch });
  const live = createSharedLiveConnection({ fetch: signIn.fetch, worker: openWorker });
  live.status.subscribe((status) => {
    if (status.state === "failed" && status.code === "unauthorized") signIn.state.set("no");
  });
  const lists = new SharedListFeed({
    list: (project, handler) => live.list(project, (changed, removed) => handler({ changed, removed })),
  });
  const store = new SessionsStore(api, lists);
  const connection = new ConnectionHealth(live);
  connection.onOpen(() => void store.refresh());

  const app = new AppElement();
  app.context = {
    api,
    live,
    lists,
    store,
    connection,
    clock,
    signIn,
    theme: new Theme(storage()),
    origin: location.origin,
    copy: copyText,
  };
  document.body.append(app);
}

/** The worker that all tabs share. The build puts its file beside this one, under a name of its own content. */
const openWorker = (): SharedWorker =>
  new SharedWorker(new URL("../client/shared/worker.js", import.meta.url), {
    type: "module",
    name: "reeltime-live",
  });

function storage(): ThemeStorage | undefined {
  try {
    return localStorage;
  } catch {
    // Storage is forbidden here: the theme is not remembered.
    return undefined;
  }
}

start();
