import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * Names the place this process runs in, so that it differs where processes and sockets cannot be seen: another
 * machine, another container, the machine before it was started anew.
 */
export function currentPlace(): string {
  if (process.platform !== "linux") return `${process.platform} ${hostname()}`;
  return [
    hostname(),
    tryRead(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    tryRead(() => readlinkSync("/proc/self/ns/pid")),
    tryRead(() => readlinkSync("/proc/self/ns/mnt")),
  ].join(" ");
}

function tryRead(read: () => string): string {
  try {
    return read();
  } catch {
    return "?"; // a locked-down /proc: the others still tell
  }
}
