import { openScreens } from "../capture/screens.js";
import { missingLibrary } from "../capture/startup.js";
import { probeInput } from "../input/probe.js";
import { isXWayland } from "../input/xwayland.js";
import { listTargets, type TargetList } from "../windows/list.js";
import { openWindowSource } from "../windows/open.js";

/** What can be recorded here; or why that cannot be told. */
export type Listing = { readonly targets: TargetList } | { readonly trouble: string };

/** Finds out what can be recorded here. */
export async function findTargets(platform: string, environment: NodeJS.ProcessEnv): Promise<Listing> {
  const trouble = await probeInput({ platform, environment, isXWayland: () => isXWayland(environment) });
  if (trouble !== undefined) return { trouble: trouble.message };
  let screens: Awaited<ReturnType<typeof openScreens>>;
  try {
    screens = await openScreens({ platform, copyPixels: false, testScale: 1 });
  } catch (error) {
    return { trouble: missingLibrary(error) };
  }
  try {
    const source = await openWindowSource({
      platform,
      display: environment.DISPLAY,
      listWindows: () => screens.windows(),
    });
    const snapshot = await source.snapshot();
    source.close();
    return { targets: listTargets(screens.displays(), snapshot) };
  } catch (error) {
    return { trouble: `The windows of this desktop cannot be read: ${(error as Error).message}` };
  }
}

/** What can be recorded, for people: each line begins with the words of a target. */
export function describeTargets({ displays, windows }: TargetList): string {
  const size = (area: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }) => `${area.width}x${area.height} at ${area.x},${area.y}`;
  const rows = [
    ...displays.map((display, place) => [
      `display:${place}`,
      size(display),
      `${display.name || "display"}${display.scale === 1 ? "" : `, scale ${display.scale}`} (id ${display.id})`,
    ]),
    ...windows.map((window) => [
      `handle:0x${window.handle.toString(16)}`,
      size(window.place),
      [
        window.title === "" ? "(no title)" : window.title,
        ...(window.app === "" ? [] : [`app ${window.app}`]),
        ...(window.pid === undefined ? [] : [`pid ${window.pid}`]),
        ...(window.minimised ? ["minimised"] : []),
        ...(window.active ? ["has the keyboard"] : []),
      ].join(", "),
    ]),
  ];
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const [first, second] = [width(0), width(1)];
  return rows
    .map(
      ([target = "", place = "", what = ""]) =>
        `${target.padEnd(first)}  ${place.padEnd(second)}  ${plain(what)}\n`,
    )
    .join("");
}

/** A title may hold what a terminal would obey. */
const plain = (text: string): string =>
  Array.from(text, (character) =>
    /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(character) ? "\ufffd" : character,
  ).join("");
