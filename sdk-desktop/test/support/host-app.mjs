/**
 * An app that records itself with the built SDK, as a process of its own: a test kills it, counts its children and
 * moves its clock. Hears commands from its parent, answers each, and tells of every trouble.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createRecorder } from "@reeltime/desktop";

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const realNow = Date.now;
let recorder;

const commands = {
  create: (options) => {
    recorder = createRecorder({
      ...options,
      onTrouble: (trouble) => process.send({ trouble, atMs: realNow() }),
    });
  },
  call: ({ method, args }) => recorder[method](...args),
  status: () => recorder.status,
  url: () => recorder.getSessionUrl(),
  /** The wall clock jumps; the monotonic one goes on. */
  step: (ms) => {
    Date.now = () => realNow() + ms;
  },
  /** The longest time the app's own loop stood still since this was asked last, ms. */
  delay: () => {
    const longestMs = delay.max / 1e6;
    delay.reset();
    return longestMs;
  },
  /** What to add to `monotonicMs` to get the epoch's, now. */
  epoch: () => realNow() - Number(process.hrtime.bigint()) / 1e6,
  usage: () => ({ ...process.cpuUsage(), rss: process.memoryUsage().rss }),
};

async function obey({ id, name, value }) {
  try {
    process.send({ id, result: await commands[name](value) });
  } catch (error) {
    process.send({ id, error: error instanceof Error ? error.stack : String(error) });
  }
}

process.on("message", (message) => void obey(message));
process.on("disconnect", () => process.exit(0));
process.send({ ready: true });
