import { createHash, randomBytes } from "node:crypto";
import { linkSync, mkdirSync, openSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { S2LiteError } from "./errors.js";

/** A folder that is ours. */
export interface FolderLock {
  /** Frees it. */
  release(): Promise<void>;
}

const LOCK_NAME = "owner.sock";
/** Longest path a Unix socket may have everywhere. */
const MAX_SOCKET_PATH_BYTES = 100;

/**
 * Takes a folder for this process. The lock is a Unix socket in it (on Windows a named pipe): whoever
 * can be connected to is alive, and the kernel ends that with the process, however it dies. So no lock
 * is left behind by a kill, and no recycled process id is taken for an owner.
 *
 * Throws `folder_in_use` when a living process has it.
 */
export async function acquireFolder(dir: string): Promise<FolderLock> {
  mkdirSync(dir, { recursive: true });
  const folder = realpathSync(dir);
  if (process.platform === "win32") {
    const name = createHash("sha256").update(folder.toLowerCase()).digest("hex").slice(0, 32);
    const server = await listen(`\\\\.\\pipe\\reeltime-s2-lite-${name}`);
    if (server === undefined) throw inUse(dir);
    return { release: () => closeServer(server) };
  }
  const path = socketPath(folder);
  for (let attempt = 0; attempt < 5; attempt++) {
    const server = await listen(path);
    if (server !== undefined) return { release: () => closeServer(server) };
    if (await isAlive(path)) throw inUse(dir);
    await removeDead(path);
  }
  throw inUse(dir);
}

function inUse(dir: string): S2LiteError {
  return new S2LiteError("folder_in_use", `the folder ${dir} is in use by another s2-lite`);
}

/** The socket's path; by an open descriptor of the folder where the whole path would be too long. */
function socketPath(folder: string): string {
  const path = join(folder, LOCK_NAME);
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return path;
  if (process.platform !== "linux")
    throw new S2LiteError("bad_option", `the path ${folder} is too long for a socket in it`);
  return `/proc/self/fd/${openSync(folder, "r")}/${LOCK_NAME}`; // stays open as long as the process
}

/** Listens; undefined when something is there already. */
function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else reject(new S2LiteError("storage", `cannot lock the folder: ${error.message}`, { cause: error }));
    });
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/**
 * Removes a dead socket. Another process may have done so, and listened, since we looked: so it is moved
 * away first, looked at again where nobody else can, and put back if it is alive after all.
 */
async function removeDead(path: string): Promise<void> {
  const aside = `${path}.${randomBytes(4).toString("hex")}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // somebody else removed it: the next attempt decides
  }
  if (await isAlive(aside)) {
    if (statSync(path, { throwIfNoEntry: false }) === undefined) linkSync(aside, path);
  }
  rmSync(aside, { force: true });
}
