import { join } from "node:path";
import type { Session } from "@reeltime/recorder/uploader";
import { createDesktopRecorder } from "../recorder/desktop-recorder.js";
import { type Host, nodeHost } from "../recorder/host.js";
import type { RecorderOptions } from "../types.js";
import type { ElectronApi } from "./electron-api.js";
import { electronHost } from "./electron-host.js";
import { type Joining, SESSION_CHANNEL } from "./joining.js";
import type { ElectronRecorder } from "./types.js";

/** The preload's file, beside the other programs. */
const PRELOAD = "electron-preload.cjs";

/**
 * A recorder over Electron.
 * @param folder where the helpers' programs and the preload lie
 */
export function createElectronRecorder(
  options: RecorderOptions,
  electron: ElectronApi,
  folder: string,
  host: Host = nodeHost(folder),
): ElectronRecorder {
  let session: Session | undefined;
  const joining = (): Joining => ({ projectKey: String(options?.projectKey), session });
  const onSession = (now: Session | undefined): void => {
    session = now;
    for (const page of electron.webContents.getAllWebContents())
      if (!page.isDestroyed()) page.send(SESSION_CHANNEL, joining());
  };
  const recorder = createDesktopRecorder(options, electronHost(electron, folder, { ...host, onSession }));
  electron.ipcMain.on(SESSION_CHANNEL, (event) => {
    event.returnValue = joining();
  });
  return {
    start: async () => {
      await electron.app.whenReady();
      await recorder.start();
    },
    stop: () => recorder.stop(),
    pause: () => recorder.pause(),
    resume: () => recorder.resume(),
    identify: (id, traits) => recorder.identify(id, traits),
    event: (name, detail) => recorder.event(name, detail),
    setTarget: (target) => recorder.setTarget(target),
    getSessionUrl: () => recorder.getSessionUrl(),
    get status() {
      return recorder.status;
    },
    preloadPath: join(folder, PRELOAD),
  };
}
