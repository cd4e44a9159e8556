import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StartError } from "../start-error.js";

/** The files this server keeps beside its catalog, readable by its own user alone. */
export interface DataFolder {
  readonly path: string;
  /** The secret that signs tokens and cookies, made at the first call. */
  secret(): Promise<string>;
  /** The read key that was written down; `undefined` when none was. */
  readKey(): Promise<string | undefined>;
  /** Writes the read key down, so that its operator finds it again. */
  keepReadKey(key: string): Promise<void>;
}

/** Opens the folder, making it when it is missing. Throws `StartError` `config` when it cannot be used. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const secretFile = join(path, "secret");
  const readKeyFile = join(path, "read-key");
  const usable = async <T>(task: () => Promise<T>): Promise<T> => {
    try {
      return await task();
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new StartError("config", `REELTIME_DATA cannot be used: ${why}`, { cause });
    }
  };
  await usable(() => mkdir(path, { recursive: true, mode: 0o700 }));
  return {
    path,
    secret: () =>
      usable(async () => {
        const kept = await read(secretFile);
        if (kept !== undefined) return kept;
        const made = randomBytes(32).toString("base64url");
        await write(secretFile, made);
        return made;
      }),
    readKey: () => usable(() => read(readKeyFile)),
    keepReadKey: (key) => usable(() => write(readKeyFile, key)),
  };
}

async function read(file: string): Promise<string | undefined> {
  try {
    const text = (await readFile(file, "utf8")).trim();
    return text === "" ? undefined : text;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Whole or not at all: a half-written secret would sign out everybody at the next start. */
async function write(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, `${text}\n`, { mode: 0o600, flush: true });
  await rename(draft, file);
}
