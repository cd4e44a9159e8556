import { closeSync, existsSync, openSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { S2LiteError } from "./errors.js";

/** What a socket tells of its owner. `unseen`: there is none, which proves nothing. */
export type Liveness = "alive" | "dead" | "unseen";

/** Longest path that a Unix socket may have everywhere. */
const MAX_SOCKET_PATH_BYTES = 100;
const SOCKET_FILE = /^owner-([0-9a-f]{16})\.sock$/;

/** Where the sockets are: the folder, through a descriptor where its path would be too long for one. */
export class SocketFolder {
  readonly #folder: string;
  #descriptor: number | undefined;

  constructor(dir: string) {
    const folder = realpathSync(dir);
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

  /** Whether somebody listens. The kernel answers, also for a process that is busy. */
  ask(token: string): Promise<Liveness> {
    const path = this.path(token);
    if (process.platform !== "win32" && !existsSync(path)) return Promise.resolve("unseen");
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      socket.once("connect", () => {
        socket.destroy();
        resolve("alive");
      });
      socket.once("error", (error: NodeJS.ErrnoException) => {
        if (error.code === "ECONNREFUSED") resolve("dead");
        else if (error.code === "ENOENT") resolve(process.platform === "win32" ? "dead" : "unseen");
        else reject(new S2LiteError("folder_in_use", `cannot tell who has the folder: ${error.message}`));
      });
    });
  }

  /** Whether any socket in the folder has a living owner: to be asked before the store is even looked at. */
  async anyAlive(): Promise<boolean> {
    if (process.platform === "win32") return false; // pipes are in no folder
    for (const name of readdirSync(this.#folder)) {
      const token = SOCKET_FILE.exec(name)?.[1];
      if (token !== undefined && (await this.ask(token)) === "alive") return true;
    }
    return false;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #fits(folder: string): boolean {
    return Buffer.byteLength(join(folder, "owner-0123456789abcdef.sock")) <= MAX_SOCKET_PATH_BYTES;
  }
}

/** A socket that shows that this process lives: the kernel ends it with the process, however that dies. */
export class OwnerSocket {
  readonly #server: Server;
  readonly #sockets: SocketFolder;

  private constructor(server: Server, sockets: SocketFolder) {
    this.#server = server;
    this.#sockets = sockets;
  }

  /** Throws `storage` when the folder cannot have a socket. */
  static listen(sockets: SocketFolder, token: string): Promise<OwnerSocket> {
    return new Promise((resolve, reject) => {
      const server = createServer((socket) => socket.destroy());
      server.once("error", (cause) =>
        reject(new S2LiteError("storage", `cannot make a socket in the folder: ${cause.message}`, { cause })),
      );
      server.listen(sockets.path(token), () => {
        server.unref();
        resolve(new OwnerSocket(server, sockets));
      });
    });
  }

  /** Closes it, which also removes its file. */
  close(): Promise<void> {
    return new Promise((resolve) =>
      this.#server.close(() => {
        this.#sockets.close();
        resolve();
      }),
    );
  }
}
