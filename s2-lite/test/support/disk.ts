/** What a program does to its one file, as a disk sees it. Times are milliseconds since 1970, with fractions. */
export type DiskEvent = { readonly fromMs: number; readonly toMs: number } & (
  | { readonly kind: "write"; readonly offset: number; readonly bytes: Buffer; readonly synced: boolean }
  | { readonly kind: "length"; readonly length: number }
  /** Everything written before it began is on the disk when it is over. */
  | { readonly kind: "sync" }
);

/** A disk's smallest unit, which is written whole or not at all; and a page of memory, the usual one. */
const BLOCK_SIZES = [512, 4_096] as const;

interface Pending {
  readonly offset: number;
  readonly bytes: Buffer;
}

/**
 * A file on a disk that may lose its power. What was synced is there; of everything written since, each
 * block may or may not have come to the disk, in any of its versions, and so may the file's growth.
 */
export class Disk {
  #durable = Buffer.alloc(0);
  #durableLength = 0;
  #pending: Pending[] = [];
  /** The length that the file has for who reads it now. */
  #length = 0;

  /** A disk that has this file, all of it synced. */
  static holding(file: Buffer): Disk {
    const disk = new Disk();
    disk.apply({ kind: "write", fromMs: 0, toMs: 0, offset: 0, bytes: file, synced: true });
    return disk;
  }

  /** Another disk that is as this one is now. */
  clone(): Disk {
    const disk = Disk.holding(Buffer.from(this.#durable.subarray(0, this.#durableLength)));
    disk.#pending = [...this.#pending];
    disk.#length = this.#length;
    return disk;
  }

  /** Does what the program did. */
  apply(event: DiskEvent): void {
    if (event.kind === "sync") this.#sync();
    else if (event.kind === "length") {
      this.#length = event.length;
      // Shortening is taken for durable at once: nothing here ever shortens a file that matters.
      if (event.length < this.#durableLength) this.#durableLength = event.length;
    } else {
      this.#length = Math.max(this.#length, event.offset + event.bytes.length);
      if (event.synced) this.#writeThrough(event);
      else this.#pending.push(event);
    }
  }

  /** The file as programs see it: with everything written, synced or not. */
  cached(): Buffer {
    const bytes = Buffer.alloc(this.#length);
    this.#durable.copy(bytes, 0, 0, Math.min(this.#durableLength, this.#length));
    for (const write of this.#pending) write.bytes.copy(bytes, write.offset);
    return bytes;
  }

  /**
   * The file after the power went: `under` is what was being written at that moment. `random` chooses what
   * of the unsynced came through.
   */
  afterPowerCut(under: readonly DiskEvent[], random: () => number): Buffer {
    const pending = [...this.#pending];
    for (const event of under) if (event.kind === "write") pending.push(event);
    const size = BLOCK_SIZES[Math.floor(random() * BLOCK_SIZES.length)] ?? BLOCK_SIZES[0];
    const pieces = pending.flatMap((write) => inBlocks(write, size));
    const versions = new Map<number, number>();
    for (const { block } of pieces) versions.set(block, (versions.get(block) ?? 0) + 1);
    // Half of the blocks have none of their versions; the others any.
    const kept = new Map<number, number>();
    for (const [block, count] of versions)
      kept.set(block, random() < 0.5 ? 0 : 1 + Math.floor(random() * count));
    let end = this.#durableLength;
    const surviving: Pending[] = [];
    for (const { block, piece } of pieces) {
      const left = kept.get(block) ?? 0;
      if (left === 0) continue;
      kept.set(block, left - 1);
      surviving.push(piece);
      end = Math.max(end, piece.offset + piece.bytes.length);
    }
    const bytes = Buffer.alloc(random() < 0.5 ? end : Math.max(end, this.#length));
    this.#durable.copy(bytes, 0, 0, this.#durableLength);
    for (const { offset, bytes: written } of surviving) written.copy(bytes, offset);
    return bytes;
  }

  #sync(): void {
    for (const write of this.#pending) this.#writeDurably(write);
    this.#pending = [];
    this.#reserve(this.#length);
    this.#durableLength = this.#length;
  }

  /** Through a descriptor that syncs by itself: also what waited for the same bytes. */
  #writeThrough(write: Pending): void {
    const end = write.offset + write.bytes.length;
    const overlaps = ({ offset, bytes }: Pending) => offset < end && write.offset < offset + bytes.length;
    for (const waiting of this.#pending) if (overlaps(waiting)) this.#writeDurably(waiting);
    this.#pending = this.#pending.filter((waiting) => !overlaps(waiting));
    this.#writeDurably(write);
  }

  #writeDurably({ offset, bytes }: Pending): void {
    this.#reserve(offset + bytes.length);
    bytes.copy(this.#durable, offset);
    this.#durableLength = Math.max(this.#durableLength, offset + bytes.length);
  }

  #reserve(length: number): void {
    if (length <= this.#durable.length) return;
    const larger = Buffer.alloc(Math.max(length, this.#durable.length * 2));
    this.#durable.copy(larger);
    this.#durable = larger;
  }
}

function inBlocks({ offset, bytes }: Pending, size: number): { block: number; piece: Pending }[] {
  const pieces: { block: number; piece: Pending }[] = [];
  for (let at = offset; at < offset + bytes.length; ) {
    const block = Math.floor(at / size);
    const end = Math.min(offset + bytes.length, (block + 1) * size);
    pieces.push({ block, piece: { offset: at, bytes: bytes.subarray(at - offset, end - offset) } });
    at = end;
  }
  return pieces;
}
