import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import type { Colour } from "./screen-session.js";

const run = promisify(execFile);

/** What is missing on this machine to make and to look into videos; its tests are left out then, by name. */
export const missingForVideo: readonly string[] = ["ffmpeg", "ffprobe"].filter((program) => {
  try {
    execFileSync(program, ["-version"], { stdio: "ignore" });
    return false;
  } catch {
    return true;
  }
});
if (missingForVideo.length > 0)
  console.warn(`\nNOT TESTED, for want of ${missingForVideo.join(" and ")}: exported videos\n`);

/** A video as ffprobe sees it. */
export interface Probed {
  readonly width: number;
  readonly height: number;
  readonly codec: string;
  readonly pixelFormat: string;
  readonly level: number;
  /** Of the file, and of its track. */
  readonly durationMs: number;
  readonly trackMs: number;
  readonly frames: readonly { readonly atMs: number; readonly durationMs: number; readonly bytes: number }[];
}

/** Looks into a video. */
export async function probe(file: string): Promise<Probed> {
  const { stdout } = await run(
    "ffprobe",
    ["-v", "error", "-print_format", "json", "-show_format", "-show_streams", "-show_packets", file],
    { maxBuffer: 256 * 1024 * 1024 },
  );
  const { streams, packets, format } = JSON.parse(stdout) as {
    readonly streams: readonly {
      readonly width: number;
      readonly height: number;
      readonly codec_name: string;
      readonly pix_fmt: string;
      readonly level: number;
      readonly duration: string;
    }[];
    readonly packets: readonly {
      readonly pts_time: string;
      readonly duration_time: string;
      readonly size: string;
    }[];
    readonly format: { readonly duration: string };
  };
  const [stream] = streams;
  if (stream === undefined || streams.length !== 1) throw new Error("not one stream");
  const ms = (seconds: string): number => Math.round(Number(seconds) * 1000);
  return {
    width: stream.width,
    height: stream.height,
    codec: stream.codec_name,
    pixelFormat: stream.pix_fmt,
    level: stream.level,
    durationMs: ms(format.duration),
    trackMs: ms(stream.duration),
    frames: packets.map((packet) => ({
      atMs: ms(packet.pts_time),
      durationMs: ms(packet.duration_time),
      bytes: Number(packet.size),
    })),
  };
}

/** One frame of a video, decoded: red, green and blue. */
export class Still {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;

  constructor(width: number, height: number, rgb: Uint8Array) {
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  /** One pixel. */
  at(x: number, y: number): readonly number[] {
    return [...this.rgb.subarray((y * this.width + x) * 3, (y * this.width + x) * 3 + 3)];
  }

  /** How near it is to other pixels of its size, in dB; infinite when they are the same. */
  psnr(other: Uint8Array): number {
    let sum = 0;
    for (const [index, value] of this.rgb.entries()) sum += (value - (other[index] ?? 0)) ** 2;
    return 10 * Math.log10(255 ** 2 / (sum / this.rgb.length));
  }
}

/** How far a pixel is from a colour: the farthest of its channels. */
export const off = (still: Still, x: number, y: number, colour: Colour): number =>
  Math.max(...still.at(x, y).map((value, index) => Math.abs(value - (colour[index] ?? 0))));

/**
 * The frame that is shown at a time.
 * @param known what was seen of the file before, so that it is not looked through again
 */
export async function stillAt(file: string, atMs: number, known?: Probed): Promise<Still> {
  const { width, height, frames } = known ?? (await probe(file));
  const shown = frames.reduce((last, frame) => (frame.atMs <= atMs ? frame.atMs : last), 0);
  const { stdout } = await run(
    "ffmpeg",
    [
      // Just before its frame, which is the first from there on: none is nearer than 10 ms.
      ...[
        "-v",
        "error",
        "-ss",
        String(Math.max(0, shown - 5) / 1000),
        "-i",
        file,
        "-fps_mode",
        "passthrough",
      ],
      // The colours a player makes of it: by the matrix that the file names.
      ...["-vf", "scale=in_color_matrix=bt709:in_range=tv:flags=accurate_rnd+full_chroma_int"],
      ...["-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
    ],
    { encoding: "buffer", maxBuffer: 256 * 1024 * 1024 },
  );
  return new Still(width, height, new Uint8Array(stdout));
}
