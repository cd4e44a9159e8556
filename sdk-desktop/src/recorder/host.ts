import { arch, homedir, release, type, uptime } from "node:os";
import type { ClientInfo } from "@reeltime/recorder/protocol";
import type { Session } from "@reeltime/recorder/uploader";
import type { CaptureCommand, CaptureReport } from "../capture/messages.js";
import { hostEnvironment } from "../config.js";
import { folderOf, helperEntry } from "../helpers/entries.js";
import { forkHelper } from "../helpers/fork-helper.js";
import type { StartHelper } from "../helpers/helper-process.js";
import type { InputCommand, InputReport } from "../input/messages.js";
import { monotonicMs } from "../monotonic.js";
import { openSpool } from "../spool/spool.js";
import type { Spool, SpoolOptions } from "../spool/types.js";
import type { ClockSources } from "./clock.js";
import type { AskCollector } from "./collector-fetch.js";
import { defaultSpoolFolder } from "./spool-folder.js";
import { hostTimers, type Timers } from "./timers.js";

/** What a recorder needs of the machine and of the app it is in. */
export interface Host extends ClockSources {
  readonly startCapture: StartHelper<CaptureCommand, CaptureReport>;
  readonly startInput: StartHelper<InputCommand, InputReport>;
  readonly fetch: AskCollector;
  readonly timers: Timers;
  /** A number from 0 up to 1. */
  readonly chance: () => number;
  readonly openSpool: (options: SpoolOptions) => Promise<Spool>;
  /** The folder for what waits, where the app names none. */
  readonly spoolFolder: (of: { readonly apiHost: string; readonly projectKey: string }) => string | false;
  /** Told of the session that is recorded, whenever it is another one or has another token, and when there is none any more. */
  readonly onSession: (session: Session | undefined) => void;
  /** What a session says about itself when it opens. */
  readonly describe: () => ClientInfo;
}

const uptimeMs = (): number => {
  try {
    return uptime() * 1000;
  } catch {
    // Not told in here: then sleep is not noticed, and the clock is behind by it.
    return 0;
  }
};

/** What browsers call the systems, which is what lists of sessions read. */
const SYSTEMS: Readonly<Record<string, string>> = { Darwin: "Macintosh; Mac OS X", Windows_NT: "Windows NT" };

/** A user agent as browsers say it, with the name of this SDK in it. */
const userAgent = (): string => {
  const { node, electron } = process.versions as NodeJS.ProcessVersions & { readonly electron?: string };
  const runtime = electron === undefined ? `Node/${node}` : `Electron/${electron}`;
  return `Reeltime desktop (${SYSTEMS[type()] ?? type()} ${release()}; ${arch()}) ${runtime}`;
};

/** What a session is told of this machine and this SDK. */
export const describeClient = (): ClientInfo => {
  const { locale, timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return { sdk: "desktop/0.1.0", userAgent: userAgent(), language: locale, timeZone };
};

/**
 * The host of a Node process.
 * @param folder where the programs of the helper processes lie; default: beside this module, once it is built
 */
export function nodeHost(folder = folderOf(import.meta.url)): Host {
  return {
    startCapture: forkHelper(helperEntry(folder, "capture")),
    startInput: forkHelper(helperEntry(folder, "input")),
    onSession: () => {},
    openSpool,
    spoolFolder: (of) =>
      defaultSpoolFolder({
        ...of,
        platform: process.platform,
        environment: hostEnvironment(),
        home: homedir,
      }),
    fetch: (url, init) => fetch(url, init as RequestInit),
    timers: hostTimers,
    chance: Math.random,
    describe: describeClient,
    monotonicMs,
    uptimeMs,
    wallMs: Date.now,
  };
}
