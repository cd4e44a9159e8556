import {
  MAX_MEMORY_ALONE_BYTES,
  MAX_MEMORY_BYTES,
  MAX_RESERVE_BYTES,
  MAX_WAITING_FRAMES,
  RESERVE_SHARE,
} from "./limits.js";

/** What a ledger asks of the disk. */
export interface LedgerOptions {
  readonly maxBytes: number;
  /** Bytes that the folder takes; `undefined` while there is no disk to keep on. */
  readonly diskBytes: () => number | undefined;
}

/** Counts what waits, of all pictures, and says when that is enough. */
export class Ledger {
  readonly #options: LedgerOptions;
  #frames = 0;
  #bytes = 0;
  #memoryBytes = 0;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** Bytes of frames that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** More is in memory than need be there. */
  get hasMuchInMemory(): boolean {
    return this.#memoryBytes > MAX_MEMORY_BYTES;
  }

  /** Nothing more is taken. */
  get isFull(): boolean {
    return this.#isOver(0);
  }

  /** Captures should go on: the reserve is not touched. */
  get hasRoom(): boolean {
    return !this.#isOver(1);
  }

  add(bytes: number, memoryBytes: number): void {
    this.#frames += 1;
    this.#bytes += bytes;
    this.#memoryBytes += memoryBytes;
  }

  remove(bytes: number, memoryBytes: number): void {
    this.#frames -= 1;
    this.#bytes -= bytes;
    this.#memoryBytes -= memoryBytes;
  }

  load(bytes: number): void {
    this.#memoryBytes += bytes;
  }

  unload(bytes: number): void {
    this.#memoryBytes -= bytes;
  }

  /** @param reserves 1: up to the reserve; 0: with it */
  #isOver(reserves: 0 | 1): boolean {
    const disk = this.#options.diskBytes();
    const maxBytes = disk === undefined ? MAX_MEMORY_ALONE_BYTES : this.#options.maxBytes;
    const reserve = reserves * Math.min(MAX_RESERVE_BYTES, maxBytes * RESERVE_SHARE);
    const maxFrames = MAX_WAITING_FRAMES * (1 - reserves * RESERVE_SHARE);
    return (disk ?? this.#memoryBytes) > maxBytes - reserve || this.#frames > maxFrames;
  }
}
