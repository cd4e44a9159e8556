import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { S2LiteError } from "./errors.js";
import { afterPrefix } from "./keys/kind.js";
import {
  CLAIM_KEY,
  decodeClaimRow,
  decodeOwnerKey,
  decodeOwnerRow,
  encodeClaimRow,
  encodeOwnerKey,
  encodeOwnerRow,
  type OwnerRow,
} from "./keys/owner.js";
import { CLAIM_LOOK_MS, CLAIM_WAIT_MS, OWNER_LOOK_MS } from "./limits.js";
import { currentPlace } from "./owner-place.js";
import { type Liveness, OwnerSocket, SocketFolder } from "./owner-socket.js";
import type { LmdbStore } from "./store/lmdb-store.js";

/** A folder that is ours. */
export interface Ownership {
  /** Frees it. */
  release(): Promise<void>;
}

/** What taking a folder may be told. Only tests differ from the defaults. */
export interface OwnershipOptions {
  /** Hears, once, that another has the folder now: whatever is written from then on fails. */
  readonly onLost?: () => void;
  /** Where this process runs. */
  readonly place?: string;
}

interface Owner {
  readonly key: Buffer;
  readonly epoch: number;
  readonly bytes: Buffer;
  readonly row: OwnerRow;
}

/** Throws `folder_in_use` when a living server shows itself in the folder. Before the store is looked at. */
export async function mustNotBeInUse(dir: string): Promise<void> {
  if (!existsSync(dir)) return;
  const sockets = new SocketFolder(dir);
  try {
    if (await sockets.anyAlive()) throw folderInUse(dir);
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
 * claim is put beside the owner's row, and a living owner takes it away.
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
        if (previous !== undefined) await mustBeGone({ store, dir, sockets, previous, token, place });
        // 3. and still be there when we take its place
        const key = encodeOwnerKey((previous?.epoch ?? 0) + 1);
        const ours = encodeOwnerRow(key, { token, place, released: false });
        const gone = previous === undefined ? [] : [{ key: previous.key, value: undefined }];
        const writes = [...gone, { key: CLAIM_KEY, value: undefined }, { key, value: ours }];
        const expected =
          previous === undefined ? { key, value: undefined } : { key: previous.key, value: previous.bytes };
        if (!store.compareAndWrite([expected], writes)) continue;
        if (previous !== undefined) sockets.remove(previous.row.token);
        return new Hold({ store, key, token, place, socket, onLost: options.onLost ?? (() => undefined) });
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
    const { store, key, token } = this.#ports;
    try {
      if (store.get(key, decodeOwnerRow)?.token !== token) {
        this.#lose();
        return;
      }
      const claim = store.get(CLAIM_KEY);
      if (claim !== undefined)
        store.compareAndWrite([{ key: CLAIM_KEY, value: claim }], [{ key: CLAIM_KEY, value: undefined }]);
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
  store.scan({ start: encodeOwnerKey(0), end: afterPrefix(CLAIM_KEY) }, ({ key, value }) => {
    found = { key, epoch: decodeOwnerKey(key), bytes: value, row: decodeOwnerRow(key, value) };
    return true;
  });
  return found;
}

interface Question {
  readonly store: LmdbStore;
  readonly dir: string;
  readonly sockets: SocketFolder;
  readonly previous: Owner;
  readonly token: string;
  readonly place: string;
}

/** Resolves when the owner that was is no more; throws `folder_in_use` when it lives. */
async function mustBeGone(question: Question): Promise<void> {
  const { dir, sockets, previous, place } = question;
  if (previous.row.released) return;
  const liveness: Liveness = await sockets.ask(previous.row.token);
  if (liveness === "alive") throw folderInUse(dir);
  // A socket that refuses is the kernel's word, but for its own processes alone.
  if (liveness === "dead" && previous.row.place === place) return;
  if (!(await claimStands(question))) throw folderInUse(dir);
}

/** Puts a claim beside the owner's row; returns whether it stayed there for as long as a living owner needs. */
async function claimStands({ store, token, previous }: Question): Promise<boolean> {
  const claim = encodeClaimRow({ token });
  store.compareAndWrite([], [{ key: CLAIM_KEY, value: claim }]);
  const deadlineMs = performance.now() + CLAIM_WAIT_MS;
  while (performance.now() < deadlineMs) {
    await wait(CLAIM_LOOK_MS);
    if (store.get(CLAIM_KEY, (_key, value) => decodeClaimRow(value))?.token !== token) return false;
    if (currentOwner(store)?.epoch !== previous.epoch) return true; // another was faster: look at that one
  }
  return true;
}

/** Another one has the folder. */
export function folderInUse(dir: string): S2LiteError {
  return new S2LiteError("folder_in_use", `the folder ${dir} is in use by another s2-lite`);
}
