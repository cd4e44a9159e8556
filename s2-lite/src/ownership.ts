import { randomBytes } from "node:crypto";
import { closeSync, openSync, realpathSync, rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { S2LiteError } from "./errors.js";
import { decodeOwnerRow, encodeOwnerRow, OWNER_KEY } from "./keys/owner.js";
import type { LmdbStore } from "./store/lmdb-store.js";

/** A folder that is ours. */
export interface Ownership {
  /** Frees it. */
  release(): Promise<void>;
}

/** Longest path that a Unix socket may have everywhere. */
const MAX_SOCKET_PATH_BYTES = 100;

/**
 * Takes a folder for this server, or throws `folder_in_use` when a living one has it.
 *
 * A row in storage names the owner, and a Unix socket in the folder (on Windows a named pipe) shows
 * whether it lives: the kernel ends that with the process, however it dies. So a kill leaves nothing that
 * blocks, and no recycled process id is taken for an owner. Sockets are named after their owner and the
 * row changes hands by compare-and-set under LMDB's write lock, so of many comers one wins.
 */
export async function takeOwnership(store: LmdbStore, dir: string): Promise<Ownership> {
  const sockets = new SocketFolder(realpathSync(dir));
  const token = randomBytes(8).toString("hex");
  try {
    // 1. be seen as alive, before anybody can read our name
    const server = await listen(sockets.path(token));
    try {
      for (;;) {
        // 2. whoever is there must be dead
        const seen = store.get(OWNER_KEY);
        const previous = seen === undefined ? undefined : decodeOwnerRow(seen);
        if (previous !== undefined && (await isAlive(sockets.path(previous.token)))) throw inUse(dir);
        // 3. and still be there when we take its place
        const ours = encodeOwnerRow({ token, epoch: (previous?.epoch ?? 0) + 1 });
        if (!store.compareAndSet(OWNER_KEY, seen, ours)) continue;
        if (previous !== undefined) sockets.remove(previous.token);
        return { release: () => close(server, sockets) };
      }
    } catch (error) {
      await close(server, sockets);
      throw error;
    }
  } catch (error) {
    sockets.close();
    throw error;
  }
}

/** Where the sockets are: the folder, through a descriptor where its path would be too long for one. */
class SocketFolder {
  readonly #folder: string;
  #descriptor: number | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    if (process.platform === "win32" || this.#fits(folder)) return;
    if (process.platform !== "linux")
      throw new S2LiteError("bad_option", `the path ${folder} is too long for a socket in it`);
    this.#descriptor = openSync(folder, "r");
    this.#folder = `/proc/self/fd/${this.#descriptor}`;
  }

  path(token: string): string {
    if (process.platform === "win32") return `\\\\.\\pipe\\reeltime-s2-lite-${token}`;
    return join(this.#folder, `owner-${token}.sock`);
  }

  remove(token: string): void {
    if (process.platform !== "win32") rmSync(this.path(token), { force: true });
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #fits(folder: string): boolean {
    return Buffer.byteLength(join(folder, "owner-0123456789abcdef.sock")) <= MAX_SOCKET_PATH_BYTES;
  }
}

function inUse(dir: string): S2LiteError {
  return new S2LiteError("folder_in_use", `the folder ${dir} is in use by another s2-lite`);
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (cause) =>
      reject(new S2LiteError("storage", `cannot make a socket in the folder: ${cause.message}`, { cause })),
    );
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

/** Closes the socket, which also removes its file. */
function close(server: Server, sockets: SocketFolder): Promise<void> {
  return new Promise((resolve) =>
    server.close(() => {
      sockets.close();
      resolve();
    }),
  );
}

/** Whether somebody listens. The kernel answers, also for a process that is busy. */
function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED" || error.code === "ENOENT") resolve(false);
      else reject(new S2LiteError("folder_in_use", `cannot tell who has the folder: ${error.message}`));
    });
  });
}
