/** Joins a page of an Electron app to the session that its main process records. To be named as the window's preload. */
import { ipcRenderer } from "electron";
import { type Joining, joinPage, type PageLocks, type PageStorage, SESSION_CHANNEL } from "./joining.js";

const page = globalThis as unknown as {
  readonly localStorage: PageStorage;
  readonly navigator: { readonly locks?: PageLocks };
};

try {
  joinPage({
    ask: () => ipcRenderer.sendSync(SESSION_CHANNEL) as Joining | undefined,
    onSession: (hear) => {
      ipcRenderer.on(SESSION_CHANNEL, (_event, joining) => hear(joining as Joining));
    },
    storage: page.localStorage,
    locks: page.navigator.locks,
  });
} catch {
  // A page that has no storage at all, such as a data URL: it is not joined.
}
