import { createRequire } from "node:module";
import { type RawImage, rawImage } from "../../src/capture/raw-image.js";
import type { XServer } from "../support/x-server.js";

interface Client {
  GetGeometry(window: number, callback: (error: Error | null, size: Size) => void): void;
  GetImage(
    format: number,
    window: number,
    x: number,
    y: number,
    width: number,
    height: number,
    planes: number,
    callback: (error: Error | null, image: { readonly data: Buffer }) => void,
  ): void;
  terminate(): void;
  on(name: "error", listener: (error: Error) => void): void;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What is used of the package `x11` here, which has no types of its own. */
interface X11 {
  createClient(
    options: { readonly display: string },
    callback: (
      error: Error | null,
      server: { readonly screen: readonly { readonly root: number }[] },
    ) => void,
  ): Client;
}

const x11 = createRequire(import.meta.url)("x11") as X11;
const Z_PIXMAP = 2;
const ALL_PLANES = 0xff_ff_ff_ff;

/** What is on the screen, by another way than the one under test. Without the pointer, as captures are. */
export function grab({ display }: XServer): Promise<RawImage> {
  return new Promise((resolve, reject) => {
    const client = x11.createClient({ display }, (error, server) => {
      if (error) return reject(error);
      const root = server.screen[0]?.root ?? 0;
      client.GetGeometry(root, (lost, size) => {
        if (lost) return reject(lost);
        const { width, height } = size;
        client.GetImage(Z_PIXMAP, root, 0, 0, width, height, ALL_PLANES, (failed, image) => {
          client.terminate();
          if (failed) reject(failed);
          else resolve(rgba(image.data, width, height));
        });
      });
    });
    client.on("error", reject);
  });
}

/** X has blue first, and nothing where alpha would be. */
function rgba(bgrx: Buffer, width: number, height: number): RawImage {
  const pixels = Buffer.from(new ArrayBuffer(width * height * 4));
  for (let at = 0; at < pixels.length; at += 4) {
    pixels[at] = bgrx[at + 2] ?? 0;
    pixels[at + 1] = bgrx[at + 1] ?? 0;
    pixels[at + 2] = bgrx[at] ?? 0;
    pixels[at + 3] = 255;
  }
  return rawImage(pixels, width, height);
}
