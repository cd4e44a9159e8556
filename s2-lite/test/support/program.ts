import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { onTestFinished } from "vitest";

const PACKAGE = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Opens lmdb with other options than the program would: what a test must notice. */
export type StorageChange = Readonly<Record<string, boolean>>;

/**
 * Bundles the program from its source, so that tests run what is there and not what was built last. The
 * file lies inside the package, from where `lmdb` resolves. Returns its path.
 */
export async function bundleProgram(change?: StorageChange): Promise<string> {
  const variant = change === undefined ? "program" : Object.keys(change).join("-");
  const folder = join(PACKAGE, ".cache", `${variant}-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, "main.mjs");
  await build({
    entryPoints: [join(PACKAGE, "src", "main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    ...(change === undefined ? { external: ["lmdb"] } : { plugins: [changedStorage(change)] }),
    logLevel: "error",
  });
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return outfile;
}

/** Puts a module of a few lines between the program and lmdb. */
function changedStorage(change: StorageChange): Plugin {
  return {
    name: "changed-storage",
    setup(bundle) {
      bundle.onResolve({ filter: /^lmdb$/ }, ({ namespace }) =>
        namespace === "changed" ? { path: "lmdb", external: true } : { path: "lmdb", namespace: "changed" },
      );
      bundle.onLoad({ filter: /.*/, namespace: "changed" }, () => ({
        contents: `import { open as real } from "lmdb";
export * from "lmdb";
export const open = (options) => real({ ...options, ...${JSON.stringify(change)} });`,
        resolveDir: PACKAGE,
      }));
    },
  };
}

/** A program that was started, ended by the test's end at the latest. */
export interface Program {
  readonly child: ChildProcess;
  /** What it wrote to standard error. */
  readonly errors: () => string;
  /** What it wrote to standard output, by line. */
  readonly lines: readonly string[];
  /** Resolves with its exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
  /** Resolves with the endpoint once it listens; rejects when it exits before. */
  readonly listening: Promise<string>;
}

/** Starts the program, or any other command around it. */
export function startProgram(
  program: string,
  args: readonly string[],
  wrapper: readonly string[] = [],
): Program {
  const [command = process.execPath, ...rest] = [...wrapper, process.execPath, program, ...args];
  const child = spawn(command, rest, { stdio: ["pipe", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const lines: string[] = [];
  const exited = once(child, "close").then(([code, signal]) => (code ?? signal) as number | string);
  const listening = new Promise<string>((resolve, reject) => {
    if (child.stdout)
      createInterface({ input: child.stdout }).on("line", (line) => {
        lines.push(line);
        resolve((JSON.parse(line) as { listening: string }).listening);
      });
    void exited.then((code) => reject(new Error(`exited with ${code}: ${errors}`)));
  });
  listening.catch(() => undefined); // whoever does not wait for it does not mind
  return { child, errors: () => errors, lines, exited, listening };
}
