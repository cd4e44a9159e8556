import type { WriterId } from "@reeltime/recorder/protocol";
import type { Fetch } from "@reeltime/recorder/uploader";
import { openSpool } from "../../src/spool/spool.js";
import { draftOf } from "./drafts.js";

/*
 * A process that records: `folder collector name pictures`. Without pictures it sends what others left, and ends. With some,
 * it pushes drafts to each, their labels and places counted, until it is killed.
 */

const [folder = "", apiHost = "", name = "", pictures = "0"] = process.argv.slice(2);

const spool = await openSpool({
  folder,
  maxBytes: 64 * 1024 * 1024,
  apiHost,
  projectKey: "pk_test",
  clock: Date.now,
  onTrouble: ({ message }) => process.stderr.write(`${message}\n`),
  onRecovered: () => {},
});

const id = (): string => Math.random().toString(36).slice(2).padEnd(12, "0");
const parts = {
  describe: () => ({ sdk: "test" }),
  fetch: fetch as Fetch,
  clock: Date.now,
  chance: Math.random,
  // As fast as it may: what is tried is not how long it waits.
  setTimer: (work: () => void, ms: number) => setTimeout(work, ms / 50),
  clearTimer: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
  createWriter: () => id() as WriterId,
};

const leftovers = spool.sendLeftovers(parts);
if (pictures === "0") {
  await leftovers;
  await spool.close();
} else {
  const run = spool.begin();
  for (let picture = 0; picture < Number(pictures); picture++) {
    const uploader = run.createUploader({
      ...parts,
      beat: () => undefined,
      askCheckout: () => {},
      onAck: () => {},
      onOpen: () => {},
      onEnd: () => true,
    });
    let count = 0;
    setInterval(() => {
      const data = { label: `${name} ${picture} ${count}`, filler: "x".repeat(Math.random() * 20_000) };
      uploader.push(draftOf(String(picture), Date.now(), data, { checkout: count % 10 === 0 }));
      count += 1;
    }, 2);
  }
  process.stdout.write("recording\n");
}
