/** A random number generator that gives the same numbers for the same seed: what failed can be repeated. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0 up to, not including, `end`. (mulberry32) */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  /** One of several. */
  of<T>(several: readonly T[]): T {
    const one = several[this.below(several.length)];
    if (one === undefined) throw new Error("nothing to choose from");
    return one;
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length; at++) bytes[at] = this.below(256);
    return bytes;
  }
}

/** Bytes that are often where something begins or ends. */
const TELLING = [
  0, 1, 2, 7, 8, 0x0a, 0x12, 0x1a, 0x20, 0x22, 0x2c, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xff,
];

/** Bytes a little other than these: one change, sometimes up to four, of several kinds. */
export function mutate(random: Random, bytes: Buffer, dictionary: readonly Buffer[]): Buffer {
  let changed = bytes;
  for (let changes = random.below(3) === 0 ? 1 + random.below(4) : 1; changes > 0; changes--)
    changed = mutateOnce(random, changed, dictionary);
  return changed;
}

function mutateOnce(random: Random, bytes: Buffer, dictionary: readonly Buffer[]): Buffer {
  const at = random.below(bytes.length + 1);
  const to = Math.min(bytes.length, at + 1 + random.below(8));
  const splice = (...middle: Buffer[]) =>
    Buffer.concat([bytes.subarray(0, at), ...middle, bytes.subarray(to)]);
  switch (random.below(7)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return splice();
    case 2:
      return splice(random.bytes(1 + random.below(8)));
    case 3:
      return splice(random.of(dictionary), bytes.subarray(at, to));
    case 4:
      return splice(bytes.subarray(at, to), bytes.subarray(at, to));
    default: {
      const copy = Buffer.from(bytes);
      if (at < copy.length)
        copy[at] = random.below(2) === 0 ? random.of(TELLING) : (copy[at] ?? 0) ^ (1 << random.below(8));
      return copy;
    }
  }
}
