/** Listing: the newest 50 of 5,000 sessions, from request to the last byte. */
import { figure, percentile, say, startReeltime } from "./harness.mjs";

const SESSIONS = 5_000;
const ASKED = 50;

/** Prints how long the first page of the list takes. */
export async function benchListing() {
  const server = await startReeltime({ env: { REELTIME_OPENS_PER_MINUTE: "1000000" } });
  try {
    say(`listing: opening ${SESSIONS} sessions …`);
    let left = SESSIONS;
    const open = async () => {
      while (left-- > 0) {
        const body = JSON.stringify({
          key: server.projectKey,
          sentAtMs: Date.now(),
          client: { sdk: "bench/1", url: "https://shop.example/cart" },
        });
        const answer = await fetch(`${server.origin}/v1/sessions`, {
          method: "POST",
          body,
          headers: { "content-type": "text/plain" },
        });
        if (answer.status !== 201) throw new Error(`open answered ${answer.status}`);
        await answer.arrayBuffer();
      }
    };
    await Promise.all(Array.from({ length: 16 }, open));
    const waits = [];
    for (let asked = 0; asked < ASKED; asked++) {
      const started = performance.now();
      const answer = await fetch(`${server.origin}/v1/sessions?limit=50`, {
        headers: { authorization: `Bearer ${server.readKey}` },
      });
      const { sessions } = await answer.json();
      if (sessions.length !== 50) throw new Error(`listed ${sessions.length}`);
      waits.push(performance.now() - started);
    }
    figure({
      name: "list 50 of 5,000 sessions: p50",
      value: percentile(waits, 0.5),
      unit: "ms",
      target: 53,
      peer: 53,
    });
    figure({ name: "list 50 of 5,000 sessions: p99", value: percentile(waits, 0.99), unit: "ms" });
  } finally {
    await server.stop();
  }
}
