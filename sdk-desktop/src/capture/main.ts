/**
 * The capture helper: a process of its own, since the native parts can take theirs with them. Started by the recorder;
 * `messages.ts` has what it is told and what it says, `exit-codes.ts` how it ends.
 */
import { type Channel, openChannel } from "../helpers/channel.js";
import { monotonicMs } from "../monotonic.js";
import { openWindowSource } from "../windows/open.js";
import { type CaptureConfig, readConfig } from "./config.js";
import { EXIT_CODES } from "./exit-codes.js";
import { CaptureHelper, DisplayLost } from "./helper.js";
import type { CaptureCommand, CaptureReport } from "./messages.js";
import { ownProcesses } from "./own-processes.js";
import { changesOf } from "./screen-changes.js";
import { openScreens, type Screens } from "./screens.js";
import { findNoDisplay, missingLibrary } from "./startup.js";
import { keepFrames } from "./test-frames.js";
import { loadWebp, type WebpEncoder } from "./webp.js";

/** What came before there was somebody to tell. */
const early: CaptureCommand[] = [];
let onCommand = (command: CaptureCommand): void => void early.push(command);

// A terminal interrupts its whole group of processes. The recorder decides when this one ends.
process.on("SIGINT", () => {});

const config = readConfig();
const channel = openChannel<CaptureCommand, CaptureReport>({
  onCommand: (command) => onCommand(command),
  onClose: () => process.exit(0),
});
if (channel === undefined) {
  process.stderr.write("The capture helper is started by the recorder, not by hand.\n");
  process.exit(EXIT_CODES.failed);
}
process.exit(await run(channel, config));

/** Runs until the end, and returns its code. */
async function run(channel: Channel<CaptureReport>, config: CaptureConfig): Promise<number> {
  const trouble = async (
    code: keyof typeof EXIT_CODES,
    reported: "capture_failed" | "display_lost" | "missing_library" | "no_display" | "wayland",
    message: string,
  ): Promise<number> => {
    channel.report({ type: "trouble", code: reported, message });
    await channel.flushed();
    return EXIT_CODES[code];
  };
  const native = await loadNative(config).catch((error: unknown) => missingLibrary(error));
  if (typeof native === "string") return await trouble("missing_library", "missing_library", native);
  const none = findNoDisplay(native.screens, config);
  if (none !== undefined) return await trouble("no_display", none.code, none.message);
  try {
    await capture(channel, config, native);
    return 0;
  } catch (error) {
    if (error instanceof DisplayLost)
      return await trouble(
        "display_lost",
        "display_lost",
        "The screen that was recorded went away (the X server ended). Recording goes on when it is back.",
      );
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return await trouble("failed", "capture_failed", `Capturing the screen failed: ${String(error)}`);
  }
}

interface Native {
  readonly screens: Screens;
  readonly encode: WebpEncoder;
}

async function loadNative({ platform, electron, testScale }: CaptureConfig): Promise<Native> {
  const screens = await openScreens({ platform, copyPixels: electron, testScale });
  return { screens, encode: await loadWebp() };
}

async function capture(
  channel: Channel<CaptureReport>,
  config: CaptureConfig,
  { screens, encode }: Native,
): Promise<void> {
  const { platform, display, hostPid, testFrames, testFramesKept } = config;
  const helper = new CaptureHelper({
    screens,
    encode,
    openWindows: () => openWindowSource({ platform, display, listWindows: () => screens.windows() }),
    openChanges: changesOf(config),
    ownPids: ownProcesses(hostPid, monotonicMs),
    report: (report) => channel.report(report),
    clock: monotonicMs,
    ...(testFrames !== undefined && { onCapture: keepFrames(testFrames, testFramesKept) }),
  });
  onCommand = (command) => helper.handle(command);
  for (const command of early.splice(0)) helper.handle(command);
  await helper.run();
}
