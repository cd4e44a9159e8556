import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve, type XServer } from "./x-server.js";

const DRIVER = "/usr/lib/xorg/modules/drivers/dummy_drv.so";

/** What is missing here for tests with several displays. */
export const missingForDisplays: readonly string[] = [
  ...(existsSync("/usr/bin/Xorg") ? [] : ["Xorg"]),
  ...(existsSync(DRIVER) ? [] : ["xserver-xorg-video-dummy"]),
  ...(existsSync("/usr/bin/xrandr") ? [] : ["xrandr"]),
];

if (missingForDisplays.length > 0)
  process.stderr.write(
    `\nSKIPPED: tests with several displays, since ${missingForDisplays.join(", ")} is not installed.\n\n`,
  );

const CONFIG = `
Section "ServerFlags"
  Option "AutoAddDevices" "false"
  Option "AutoAddGPU" "false"
  Option "AllowMouseOpenFail" "true"
  Option "DontVTSwitch" "true"
EndSection
Section "Device"
  Identifier "dummy"
  Driver "dummy"
  VideoRam 256000
EndSection
Section "Monitor"
  Identifier "monitor"
  HorizSync 5.0-1000.0
  VertRefresh 5.0-200.0
EndSection
Section "Screen"
  Identifier "screen"
  Device "dummy"
  Monitor "monitor"
  DefaultDepth 24
  SubSection "Display"
    Depth 24
    Virtual 4096 2304
  EndSubSection
EndSection
`;

/** A display and where it lies on the desktop, in points. */
export interface PlacedDisplay {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An X server with several displays, which can be changed while it runs. */
export interface DisplaysServer extends XServer {
  /** Puts a display somewhere, in any size; `undefined` takes it away. */
  place(index: number, display: PlacedDisplay | undefined): void;
}

/** Starts Xorg with its dummy driver, and openbox on it. */
export async function startDisplays(displays: readonly PlacedDisplay[]): Promise<DisplaysServer> {
  const folder = mkdtempSync(join(tmpdir(), "reeltime-xorg-"));
  const config = join(folder, "xorg.conf");
  writeFileSync(config, CONFIG);
  const server = await serve(
    "Xorg",
    [
      ...["-displayfd", "3", "-config", config, "-logfile", join(folder, "log")],
      ...["-noreset", "-nolisten", "tcp", "-novtswitch", "-sharevts"],
    ],
    undefined,
    false,
  );
  const xrandr = (...words: readonly string[]): string =>
    spawnSync("xrandr", words, { env: server.env, encoding: "utf8" }).stdout;
  const place = (index: number, display: PlacedDisplay | undefined): void => {
    const output = `DUMMY${index}`;
    if (display === undefined) {
      xrandr("--output", output, "--off");
      return;
    }
    const { x, y, width, height } = display;
    const mode = `${width}x${height}-of-a-test`;
    // Any timing will do: there is no monitor.
    const [right, bottom] = [width + 64, height + 12];
    const clock = ((right + 64) * (bottom + 12) * 60) / 1e6;
    xrandr(
      ...["--newmode", mode, clock.toFixed(2)],
      ...[width, width + 32, right, right + 64, height, height + 3, bottom, bottom + 12].map(String),
    );
    xrandr("--addmode", output, mode);
    xrandr("--output", output, "--mode", mode, "--pos", `${x}x${y}`);
  };
  for (const [index, display] of displays.entries()) place(index, display);
  await server.manage();
  const cleaned =
    (end: () => Promise<void>): (() => Promise<void>) =>
    async () => {
      await end();
      rmSync(folder, { recursive: true, force: true });
    };
  return { ...server, place, close: cleaned(server.close), kill: cleaned(server.kill) };
}
