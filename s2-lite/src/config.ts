import { parseArgs } from "node:util";
import { S2LiteError } from "./errors.js";

/** What the program was asked to do. */
export interface ProgramConfig {
  readonly dir: string;
  readonly port: number;
  readonly host: string;
  /** Exit when standard input ends: the process that started this one is gone, however it died. */
  readonly parentWatch: boolean;
}

/** How the program is used. */
export const USAGE = "usage: reeltime-s2-lite --dir DIR --port N [--host 127.0.0.1] [--parent-watch]";

/** Parses the program's flags. Throws `bad_option` with one line that names the flag. */
export function parseProgramConfig(args: readonly string[]): ProgramConfig {
  const { dir, port, host, "parent-watch": parentWatch } = parseFlags(args);
  if (dir === undefined || dir === "") throw badOption("--dir is missing");
  if (port === undefined) throw badOption("--port is missing");
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw badOption(`--port ${port} is not a port`);
  if (host === "") throw badOption("--host is empty");
  return Object.freeze({
    dir,
    port: Number(port),
    host: host ?? "127.0.0.1",
    parentWatch: parentWatch ?? false,
  });
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        dir: { type: "string" },
        port: { type: "string" },
        host: { type: "string" },
        "parent-watch": { type: "boolean" },
      },
    }).values;
  } catch (cause) {
    throw badOption(cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause));
  }
}

function badOption(message: string): S2LiteError {
  return new S2LiteError("bad_option", `${message}; ${USAGE}`);
}
