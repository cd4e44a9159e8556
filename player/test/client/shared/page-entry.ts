import type { SessionId } from "@reeltime/recorder/protocol";
import { createSharedLiveConnection } from "../../../src/client/index.js";

declare global {
  interface Window {
    /** seqNums of the frames that came, in their order. */
    got: number[];
    status: string;
  }
}

const live = createSharedLiveConnection({
  worker: () => new SharedWorker("/assets/worker.js", { type: "module", name: "live" }),
});
window.got = [];
window.status = live.status.value.state;
live.status.subscribe(({ state }) => {
  window.status = state;
});
const [session, from] = location.hash.slice(1).split("@");
live.watch(session as SessionId, Number(from), {
  frames: (frames) => window.got.push(...frames.map(({ seqNum }) => seqNum)),
});
