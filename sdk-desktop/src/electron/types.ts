import type { Recorder } from "../types.js";

/** A recorder in the main process of an Electron app. */
export interface ElectronRecorder extends Recorder {
  /**
   * The preload that joins a page's recorder (`@reeltime/browser`, with the same project key) to this session, as another
   * window of it: for `webPreferences.preload`, or to be required from a preload of the app's own. A page that has it records
   * while this recorder does, and never into a session of its own.
   */
  readonly preloadPath: string;
}
