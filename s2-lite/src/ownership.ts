import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { S2LiteError } from "./errors.js";
import { afterPrefix, Kind } from "./keys/kind.js";
import {
  decodeOwnerKey,
  decodeOwnerRow,
  encodeOwnerKey,
  encodeOwnerRow,
  type OwnerRow,
} from "./keys/owner.js";
import { OWNER_LOOK_MS } from "./limits.js";
import { claimStands, removeClaims } from "./owner-claim.js";
import { currentPlace } from "./owner-place.js";
import { OwnerSocket, SocketFolder } from "./owner-socket.js";
import type { LmdbStore } from "./store/lmdb-store.js";

/** A folder that is ours. */
export interface Ownership {
  /** Frees it. */
  release(): Promise<void>;
}

/** What taking a folder may be told. */
export interface OwnershipOptions {
  /** Hears, once, that another has the folder now: whatever is written from then on fails. */
  readonly onLost?: () => void;
  /** Where this process runs; tests say otherwise. */
  readonly place?: string;
  /** The owner that `mustBeFree` found to be no more. */
  readonly gone?: OwnerRow | undefined;
}

interface Owner {
  readonly key: Buffer;
  readonly epoch: number;
  readonly bytes: Buffer;
  readonly row: OwnerRow;
}

/**
 * Throws `folder_in_use` unless whoever had the folder is no more. Asked before LMDB opens it: opened from two
 * containers in which both have the same process number, LMDB takes them for one and frees the other's readers.
 */
export async function mustBeFree(
  dir: string,
  owner: OwnerRow | undefined,
  place = currentPlace(),
): Promise<void> {
  if (owner === undefined || owner.released || !existsSync(dir)) return;
  const sockets = new SocketFolder(dir);
  try {
    if (!(await isGone(sockets, dir, owner, place))) throw folderInUse(dir);
  } finally {
    sockets.close();
  }
}

/**
 * Takes a folder for this server, or throws `folder_in_use` when a living one has it.
 *
 * A row names the owner under its epoch, and every commit asks, within its transaction, that the row is still
 * there: whoever lost the folder cannot write, however late it finds out. Whether an owner lives is told by a Unix
 * socket in the folder (on Windows a named pipe), which the kernel ends with its process: so a kill leaves nothing
 * that blocks. Where sockets do not reach (another container, another machine) silence proves nothing: then a
 * claim is laid in the folder, and a living owner takes it away.
 */
export async function takeOwnership(
  store: LmdbStore,
  dir: string,
  options: OwnershipOptions = {},
): Promise<Ownership> {
  const sockets = new SocketFolder(dir);
  const token = randomBytes(8).toString("hex");
  const place = options.place ?? currentPlace();
  try {
    // 1. be seen as alive, before anybody can read our name
    const socket = await OwnerSocket.listen(sockets, token);
    try {
      for (;;) {
        // 2. whoever is there must be dead
        const previous = currentOwner(store);
        const known = previous === undefined || previous.row.token === options.gone?.token;
        if (!known && !(await isGone(sockets, dir, previous.row, place))) throw folderInUse(dir);
        // 3. and still be there when we take its place
        const key = encodeOwnerKey((previous?.epoch ?? 0) + 1);
        const ours = { key, value: encodeOwnerRow(key, { token, place, released: false }) };
        const taken =
          previous === undefined
            ? store.compareAndWrite([{ key, value: undefined }], [ours])
            : store.compareAndWrite(
                [{ key: previous.key, value: previous.bytes }],
                [{ key: previous.key, value: undefined }, ours],
              );
        if (!taken) continue;
        if (previous !== undefined) sockets.remove(previous.row.token);
        return new Hold({
          store,
          dir,
          key,
          token,
          place,
          socket,
          onLost: options.onLost ?? (() => undefined),
        });
      }
    } catch (error) {
      await socket.close();
      throw error;
    }
  } catch (error) {
    sockets.close();
    throw error;
  }
}

interface HoldPorts {
  readonly store: LmdbStore;
  readonly dir: string;
  readonly key: Buffer;
  readonly token: string;
  readonly place: string;
  readonly socket: OwnerSocket;
  readonly onLost: () => void;
}

/** Our hold on a folder: answers claims, and notices when it is lost. */
class Hold implements Ownership {
  readonly #ports: HoldPorts;
  readonly #timer: NodeJS.Timeout;
  #lost = false;

  constructor(ports: HoldPorts) {
    this.#ports = ports;
    ports.store.ownedBy(ports.key, () => this.#lose());
    this.#timer = setInterval(() => this.#look(), OWNER_LOOK_MS).unref();
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    const { store, key, token, place, socket } = this.#ports;
    try {
      const ours = (released: boolean) => encodeOwnerRow(key, { token, place, released });
      if (!this.#lost) store.compareAndWrite([{ key, value: ours(false) }], [{ key, value: ours(true) }]);
    } catch {
      // a folder that cannot be written: the next one asks the socket, which is gone in a moment
    }
    await socket.close();
  }

  #look(): void {
    const { store, dir, key, token } = this.#ports;
    try {
      if (store.get(key, decodeOwnerRow)?.token === token) removeClaims(dir);
      else this.#lose();
    } catch {
      // what cannot be read or written now is tried again in a moment
    }
  }

  #lose(): void {
    clearInterval(this.#timer);
    if (this.#lost) return;
    this.#lost = true;
    this.#ports.onLost();
  }
}

/** Whoever has the folder, or had it last. */
function currentOwner(store: LmdbStore): Owner | undefined {
  let found: Owner | undefined;
  const end = afterPrefix(Buffer.from([Kind.owner]));
  store.scan({ start: encodeOwnerKey(0), end }, ({ key, value }) => {
    found = { key, epoch: decodeOwnerKey(key), bytes: value, row: decodeOwnerRow(key, value) };
    return true;
  });
  return found;
}

/** Whether an owner is no more. */
async function isGone(sockets: SocketFolder, dir: string, owner: OwnerRow, place: string): Promise<boolean> {
  if (owner.released) return true;
  const liveness = await sockets.ask(owner.token);
  if (liveness === "alive") return false;
  // A socket that refuses is the kernel's word, but for its own processes alone.
  return (liveness === "dead" && owner.place === place) || claimStands(dir);
}

function folderInUse(dir: string): S2LiteError {
  return new S2LiteError("folder_in_use", `the folder ${dir} is in use by another s2-lite`);
}
