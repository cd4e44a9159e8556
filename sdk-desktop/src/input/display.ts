import { connect } from "node:net";
import { PROBE_TIMEOUT_MS } from "./limits.js";

/** Where an X server may listen: one of these, in this order. */
export type DisplayDoor = { readonly path: string } | { readonly host: string; readonly port: number };

/** X display 0 listens at this port, display 1 at the next; X(7). */
const FIRST_PORT = 6_000;

/**
 * Where the X display of this name listens: `:0`, `unix:0`, `host:0.0`, or a path as on macOS. `undefined`: it is no
 * name of a display.
 */
export function doorsOf(display: string): readonly DisplayDoor[] | undefined {
  const [, host = "", number = ""] = /^(.*):(\d{1,5})(?:\.\d+)?$/.exec(display) ?? [];
  if (number === "") return undefined;
  if (host.startsWith("/")) return [{ path: display }, { path: host }];
  const path = `/tmp/.X11-unix/X${number}`;
  // Linux has the same socket without a file as well, for servers whose folder is not shared.
  if (host === "" || host === "unix") return [{ path }, { path: `\0${path}` }];
  return [{ host, port: FIRST_PORT + Number(number) }];
}

/** Whether something listens there, waiting two seconds at the most. */
export function isOpen(door: DisplayDoor): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(door);
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => end(false));
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
