/**
 * The other way, as a program of its own: captures the display so many times a second and encodes each capture as a
 * whole JPEG of quality 70. Says its bytes and captures when it is told to end.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "../harness.mjs";

const require = createRequire(join(root, "sdk-desktop", "package.json"));
const { Monitor } = require("node-screenshots");
const sharp = require("sharp");

const QUALITY = 70;
const fps = Number(process.argv[2]);
let bytes = 0;
let captures = 0;
let ended = false;

sharp.concurrency(1);
sharp.cache(false);
process.on("message", () => {
  ended = true;
});
process.on("disconnect", () => process.exit(0));

const [monitor] = Monitor.all();
const startMs = performance.now();
while (!ended) {
  const image = await monitor.captureImage();
  const raw = await image.toRaw();
  const jpeg = await sharp(raw, { raw: { width: image.width, height: image.height, channels: 4 } })
    .jpeg({ quality: QUALITY })
    .toBuffer();
  bytes += jpeg.length;
  captures += 1;
  // Late ticks are skipped, as in the recorder.
  const sinceMs = performance.now() - startMs;
  await new Promise((resolve) => setTimeout(resolve, 1_000 / fps - (sinceMs % (1_000 / fps))));
}
process.send({ bytes, captures });
