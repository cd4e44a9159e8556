import { openChannel } from "../../src/helpers/channel.js";

/*
 * A helper process that says one thing of so many bytes and ends once that has left it: `bytes`. With `late`, it first waits
 * until whoever started it is gone.
 */

const [, , bytes = "0", late] = process.argv;
const isGone = async (): Promise<void> => {
  while (late !== undefined && process.connected) await new Promise((go) => setTimeout(go, 5));
};

await isGone();
const channel = openChannel<unknown, unknown>({
  onCommand: () => {},
  // Not as it ends otherwise.
  onClose: () => process.exit(7),
});
if (channel === undefined) process.exit(8);
if (late === undefined) {
  channel.report({ type: "last", bytes: new Uint8Array(Number(bytes)) });
  await channel.flushed();
  process.exit(9);
}
// Nothing else keeps it alive.
setTimeout(() => process.exit(10), 10_000);
