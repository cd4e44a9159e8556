/**
 * The capture helper of an Electron app, as a utility process: of its own windows through the main process, which needs no
 * permission, of everything else as in Node. What is to be recorded may change from one to the other.
 */
import { readConfig } from "../capture/config.js";
import { EXIT_CODES } from "../capture/exit-codes.js";
import { CaptureHelper, DisplayLost } from "../capture/helper.js";
import type { CaptureReport } from "../capture/messages.js";
import { ownProcesses } from "../capture/own-processes.js";
import { changesOf } from "../capture/screen-changes.js";
import { openScreens } from "../capture/screens.js";
import { findNoDisplay, missingLibrary } from "../capture/startup.js";
import { keepFrames } from "../capture/test-frames.js";
import { loadWebp } from "../capture/webp.js";
import { openChannel } from "../helpers/channel.js";
import { monotonicMs } from "../monotonic.js";
import { openWindowSource } from "../windows/open.js";
import { createScreensSource } from "../windows/screens-source.js";
import { isOwnNews, type OwnCommand } from "./messages.js";
import { explainOwnRules, forOwnWindows } from "./own-rules.js";
import { OwnScreens } from "./own-screens.js";
import { SwitchedHelper } from "./switched-helper.js";

const config = readConfig();
const early: OwnCommand[] = [];
let onCommand = (command: OwnCommand): void => void early.push(command);
const channel = openChannel<OwnCommand, CaptureReport>({
  onCommand: (command) => onCommand(command),
  onClose: () => process.exit(0),
});
if (channel === undefined) {
  process.stderr.write("The capture helper is started by the recorder, not by hand.\n");
  process.exit(EXIT_CODES.failed);
}
process.on("SIGINT", () => {});

const end = async (name: keyof typeof EXIT_CODES, trouble: CaptureReport): Promise<never> => {
  channel.report(trouble);
  await channel.flushed();
  process.exit(EXIT_CODES[name]);
};
const encode = await loadWebp().catch((error: unknown) =>
  end("missing_library", { type: "trouble", code: "missing_library", message: missingLibrary(error) }),
);
const own = new OwnScreens((report) => channel.report(report as CaptureReport));
const { platform, display, electron, testScale, hostPid, testFrames, testFramesKept } = config;
const shared = {
  encode,
  report: (report: CaptureReport) => channel.report(report),
  clock: monotonicMs,
  ...(testFrames !== undefined && { onCapture: keepFrames(testFrames, testFramesKept) }),
};

const helper = new SwitchedHelper({
  openOwn: async () => {
    const capture = new CaptureHelper({
      ...shared,
      screens: own,
      openWindows: async () => createScreensSource(() => own.windows()),
      ownPids: async () => new Set([hostPid]),
    });
    return {
      handle: (command) => {
        const message = explainOwnRules(command);
        if (message !== undefined) shared.report({ type: "trouble", code: "target_not_found", message });
        capture.handle(forOwnWindows(command));
      },
      run: () => capture.run(),
    };
  },
  openAll: async () => {
    const screens = await openScreens({ platform, copyPixels: electron, testScale }).catch((error: unknown) =>
      end("missing_library", { type: "trouble", code: "missing_library", message: missingLibrary(error) }),
    );
    const none = findNoDisplay(screens, config);
    if (none !== undefined) return await end("no_display", { type: "trouble", ...none });
    return new CaptureHelper({
      ...shared,
      screens,
      openWindows: () => openWindowSource({ platform, display, listWindows: () => screens.windows() }),
      openChanges: changesOf(config),
      ownPids: ownProcesses(hostPid, monotonicMs),
    });
  },
});
onCommand = (command) => {
  if (isOwnNews(command)) own.take(command);
  else helper.handle(command);
};
for (const command of early.splice(0)) onCommand(command);
await helper.run().catch((error: unknown) =>
  error instanceof DisplayLost
    ? end("display_lost", {
        type: "trouble",
        code: "display_lost",
        message: "The screen that was recorded went away. Recording goes on when it is back.",
      })
    : end("failed", {
        type: "trouble",
        code: "capture_failed",
        message: `Capturing the screen failed: ${String(error)}`,
      }),
);
process.exit(0);
