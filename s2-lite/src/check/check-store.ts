import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { S2LiteError } from "../errors.js";
import { SocketFolder } from "../owner-socket.js";
import { DATA_FILE } from "../store/data-file.js";
import { type StoreScan, scanStore } from "./scan-store.js";

/** What a check found. */
export type CheckReport =
  /** All is there and agrees. */
  | ({ readonly outcome: "sound" } & StoreScan)
  /** `findings` say what is wrong and where. */
  | ({ readonly outcome: "damaged" } & StoreScan)
  /** A server has the folder, or wrote to it meanwhile: a check would compare what moves. */
  | { readonly outcome: "in_use"; readonly message: string }
  /** There is no store in the folder. */
  | { readonly outcome: "absent"; readonly message: string };

/** How to check; all has defaults. */
export interface CheckOptions {
  /** The program that scans: `check-child.js`. Beside this module unless it was bundled. */
  readonly program?: string;
}

/** The scanning program beside this module, once it is built. */
const PROGRAM = fileURLToPath(new URL("./check-child.js", import.meta.url));

/**
 * Verifies the store in a folder from end to end: its pages, every row's checksum, every stream dense from its
 * floor to its tail, marks, basins and work in the background agreeing with each other. Nothing is changed, and
 * nothing mapped: the file is read plainly, in a process of its own, so that neither its size nor what is in it can
 * harm this one. Takes about a second per gigabyte where the disk is that fast. Throws `storage` when the file
 * cannot be read at all.
 */
export async function checkStore(dir: string, options: CheckOptions = {}): Promise<CheckReport> {
  const file = join(dir, DATA_FILE);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return { outcome: "absent", message: `there is no store in ${dir}` };
  const sockets = new SocketFolder(dir);
  try {
    if (await sockets.anyAlive())
      return { outcome: "in_use", message: `a server has the folder ${dir}: end it first` };
  } finally {
    sockets.close();
  }
  const scan = await runScan(dir, options.program ?? PROGRAM);
  if (scan.moved)
    return { outcome: "in_use", message: `somebody writes to the store in ${dir}: end it first` };
  return { outcome: scan.findings.length === 0 ? "sound" : "damaged", ...scan };
}

async function runScan(dir: string, program: string): Promise<StoreScan> {
  // Within a bundle there is no file to start. The scan maps nothing, so here it only takes this process's time.
  if (!existsSync(program)) return scanStore(dir);
  const child = spawn(process.execPath, [program, dir], { stdio: ["ignore", "pipe", "pipe"], env: {} });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  if (code === 0) return JSON.parse(Buffer.concat(output).toString()) as StoreScan;
  const said = Buffer.concat(errors).toString().trim().split("\n").at(-1) ?? "";
  throw new S2LiteError(
    "storage",
    `the check ended ${signal === null ? `with ${code}` : `by ${signal}`}: ${said}`,
  );
}
