/** Pictures in memory, and pieces put onto them: four bytes a pixel, red first, as a capture has them. */

/** A picture that is drawn on. Everything in it is opaque. */
export class Picture {
  /** @param {number} width pixels @param {number} height pixels */
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.bytes = Buffer.alloc(width * height * 4, 255);
    /** The same memory, a number a pixel. */
    this.pixels = new Uint32Array(this.bytes.buffer, this.bytes.byteOffset, width * height);
  }

  /** A part of it as a picture of its own. */
  cut(x, y, width, height) {
    const part = new Picture(width, height);
    for (let row = 0; row < height; row++) {
      const from = (y + row) * this.width + x;
      part.pixels.set(this.pixels.subarray(from, from + width), row * width);
    }
    return part;
  }

  /** Itself, each pixel `times` by `times` as large. */
  enlarged(times) {
    if (times === 1) return this;
    const large = new Picture(this.width * times, this.height * times);
    for (let y = 0; y < large.height; y++) {
      const from = Math.floor(y / times) * this.width;
      for (let x = 0; x < large.width; x++) {
        large.pixels[y * large.width + x] = this.pixels[from + Math.floor(x / times)];
      }
    }
    return large;
  }

  /**
   * Puts a piece onto it; what is outside is cut off.
   * @param {Piece} piece @param {number} x @param {number} y of its upper left corner
   * @param {number} opacity 0 to 1
   * @param {{x: number, y: number, width: number, height: number}} [within] draws nothing outside of this
   */
  draw(piece, x, y, opacity = 1, within) {
    const left = Math.max(0, within?.x ?? 0);
    const top = Math.max(0, within?.y ?? 0);
    const right = Math.min(this.width, within === undefined ? this.width : within.x + within.width);
    const bottom = Math.min(this.height, within === undefined ? this.height : within.y + within.height);
    for (let row = Math.max(0, top - y); row < Math.min(piece.height, bottom - y); row++) {
      const target = (y + row) * this.width + x;
      const source = row * piece.width;
      for (const { from, to, opaque } of piece.runs[row]) {
        const first = Math.max(from, left - x);
        const last = Math.min(to, right - x);
        if (first >= last) continue;
        if (opaque && opacity === 1) {
          this.pixels.set(piece.pixels.subarray(source + first, source + last), target + first);
        } else {
          for (let at = first; at < last; at++) this.#blend(target + at, piece.bytes, source + at, opacity);
        }
      }
    }
  }

  #blend(target, source, from, opacity) {
    const alpha = source[from * 4 + 3] * opacity;
    for (let channel = 0; channel < 3; channel++) {
      const below = this.bytes[target * 4 + channel];
      this.bytes[target * 4 + channel] = below + ((source[from * 4 + channel] - below) * alpha + 127) / 255;
    }
  }
}

/** A piece that is drawn often: it knows where it is opaque and where there is nothing of it. */
export class Piece {
  /** @param {Buffer} bytes four a pixel, not premultiplied */
  constructor(bytes, width, height) {
    this.width = width;
    this.height = height;
    this.bytes = Buffer.from(bytes);
    this.pixels = new Uint32Array(this.bytes.buffer, this.bytes.byteOffset, width * height);
    this.runs = Array.from({ length: height }, (_, row) => runsOf(this.pixels, row * width, width));
  }
}

/** What is to be drawn of one row: stretches that are opaque throughout, and others. */
function runsOf(pixels, start, width) {
  const runs = [];
  for (let x = 0; x < width; x++) {
    const alpha = pixels[start + x] >>> 24;
    if (alpha === 0) continue;
    const opaque = alpha === 255;
    const last = runs.at(-1);
    if (last !== undefined && last.to === x && last.opaque === opaque) last.to = x + 1;
    else runs.push({ from: x, to: x + 1, opaque });
  }
  return runs;
}
