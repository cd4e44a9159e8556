import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { buildDesktop } from "../../../scripts/build-desktop.mjs";

const PACKAGE = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Builds the package's programs from their sources, inside it, and returns the path of its command. */
export async function buildCommand(): Promise<string> {
  const folder = join(PACKAGE, ".cache", `command-${process.pid}`);
  await buildDesktop(folder);
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "cli.js");
}

/** What came of a command. */
export interface CommandResult {
  readonly code: number | string;
  readonly output: string;
  readonly errors: string;
}

/** Runs the command to its end. */
export async function runCommand(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<CommandResult> {
  const child = spawn(process.execPath, [command, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { code: code ?? signal ?? "", output, errors };
}

/** The environment of a machine without a screen. */
export function withoutScreen(): NodeJS.ProcessEnv {
  const { DISPLAY: _, WAYLAND_DISPLAY: __, XDG_SESSION_TYPE: ___, ...env } = process.env;
  return env;
}
