import { decodeImage, type EncodedImage } from "./decode-image.js";
import type { DecodeAnswer, DecodeRequest } from "./decode-worker.js";

/** Decodes images beside the page. */
export interface ImageDecoder {
  /** As many as were asked for, in their order; `undefined` for each that cannot be decoded. Never rejects. Whoever gets them closes them. */
  decode(images: readonly EncodedImage[]): Promise<readonly (ImageBitmap | undefined)[]>;
  /** Lets the worker go; what is under way is answered with nothing. */
  close(): void;
}

type Bitmaps = readonly (ImageBitmap | undefined)[];
interface Waiting {
  readonly images: readonly EncodedImage[];
  readonly resolve: (bitmaps: Bitmaps) => void;
}

/** The worker's file. Builds put it beside this one, under a name of its own content. */
const openWorker = (): Worker =>
  new Worker(new URL("./decode-worker.js", import.meta.url), { type: "module", name: "reeltime-images" });

/**
 * Decodes in a worker, which starts with the first image. A page that allows no worker decodes where it is: the browser
 * does most of it on threads of its own there too.
 */
export function createImageDecoder(open: () => Worker = openWorker): ImageDecoder {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let refused = false;
  let asked = 0;

  const decodeHere = ({ images, resolve }: Waiting): void => {
    void Promise.all(images.map(decodeImage)).then(resolve);
  };
  const giveUp = (): void => {
    refused = true;
    worker?.terminate();
    worker = undefined;
    const left = [...waiting.values()];
    waiting.clear();
    for (const request of left) decodeHere(request);
  };
  const start = (): Worker | undefined => {
    if (worker !== undefined || refused) return worker;
    try {
      worker = open();
    } catch {
      // The page's policy forbids it.
      giveUp();
      return undefined;
    }
    worker.addEventListener("error", giveUp);
    worker.addEventListener("message", ({ data }: MessageEvent<DecodeAnswer>) => {
      waiting.get(data.id)?.resolve(data.bitmaps);
      waiting.delete(data.id);
    });
    return worker;
  };

  return {
    decode: (images) =>
      new Promise((resolve) => {
        if (images.length === 0) {
          resolve([]);
          return;
        }
        const running = start();
        const request: Waiting = { images, resolve };
        if (running === undefined) {
          decodeHere(request);
          return;
        }
        asked += 1;
        waiting.set(asked, request);
        running.postMessage({ id: asked, images } satisfies DecodeRequest);
      }),
    close: () => {
      worker?.terminate();
      worker = undefined;
      for (const { images, resolve } of waiting.values()) resolve(images.map(() => undefined));
      waiting.clear();
    },
  };
}
