import { hostEnvironment } from "../config.js";
import { monotonicMs } from "../monotonic.js";
import { openWindowSource } from "../windows/open.js";
import { InputHelper } from "./helper.js";
import type { InputCommand } from "./messages.js";
import { openParent } from "./parent.js";
import { probeInput } from "./probe.js";
import { openHook } from "./uiohook.js";

// The process that hears the mouse and the keyboard. It is one of its own, since the hook ends it when the display goes.
// A terminal interrupts its whole group of processes. The recorder decides when this one ends.
process.on("SIGINT", () => {});

const parent = openParent<InputCommand>();
const helper = new InputHelper({
  send: parent.send,
  nowMs: monotonicMs,
  probe: () => probeInput({ platform: process.platform, environment: hostEnvironment() }),
  openHook,
  openWindows: () => openWindowSource({ platform: process.platform, display: hostEnvironment().DISPLAY }),
  exit: parent.exit,
});
parent.onCommand((command) => helper.obey(command));
parent.onGone(() => parent.exit(0));
