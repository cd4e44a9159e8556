/**
 * `npm run bench:s2-lite [-- --json] [-- acks streams …]`: our S2 endpoint beside S2's own (`s2 lite --local-root`),
 * in one run, on one disk, by the same SDK client, in turns. Exit code 1 when a target is missed.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { figure, missedTargets, percentile, root, say } from "./bench/harness.mjs";
import { anonymousBytes, processorMs, startContenders } from "./bench/s2/contenders.mjs";
import { batches, catchUp, followers, heldAcks, manyStreams, unaryAcks } from "./bench/s2/measures.mjs";

const SAMPLES = 3_000;
const ROUNDS = 6;
const BURST_MS = 2_500;
const STREAM_COUNTS = [1, 100, 500, 1_000];
const BATCHES = 60;
const BATCH_ROUNDS = 4;
const FOLLOWERS = 1_000;
const WATCH_MS = 30_000;

const median = (values) => percentile(values, 0.5);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Measures each server in turns, so that what the machine does meanwhile happens to both; answers what each gave. */
async function inTurns(contenders, rounds, measure) {
  const given = contenders.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const place of round % 2 === 0 ? [0, 1] : [1, 0]) {
      if (contenders[place] !== undefined) given[place].push(await measure(contenders[place], round));
    }
  }
  return given;
}

/** `share`: our figure at most, or (`least`) at least, so many times theirs. */
function compare(name, unit, ours, theirs, bound) {
  const { share, least } = bound;
  const limit = theirs * (share ?? least);
  figure({
    name,
    value: ours,
    unit,
    ...(theirs === undefined
      ? {}
      : { peer: theirs, ...(least === undefined ? { target: limit } : { least: limit }) }),
  });
}

async function benchAcks(contenders) {
  for (const [name, measure, worst] of [
    ["held session", heldAcks, 0.5],
    ["unary", unaryAcks, 1],
  ]) {
    await inTurns(contenders, 1, ({ basin }) => measure(basin, 300));
    const [ours, theirs] = (
      await inTurns(contenders, ROUNDS, ({ basin }) => measure(basin, SAMPLES / ROUNDS))
    ).map((rounds) => rounds.flat());
    for (const [share, bound] of [
      [0.5, 0.3],
      [0.99, worst],
    ]) {
      const theirFigure = theirs.length === 0 ? undefined : percentile(theirs, share);
      compare(`ack, one stream, ${name}: p${share * 100}`, "ms", percentile(ours, share), theirFigure, {
        share: bound,
      });
    }
  }
}

async function benchStreams(contenders) {
  for (const count of STREAM_COUNTS) {
    const held = [];
    for (const one of contenders)
      held.push(one === undefined ? undefined : await manyStreams(one.basin, count));
    await inTurns(held, 1, (load) => load.run(1_000));
    const [ours, theirs] = await inTurns(held, ROUNDS, (load) => load.run(BURST_MS));
    const rate = (rounds) => (rounds.length === 0 ? undefined : median(rounds.map((one) => one.perSecond)));
    const samples = ours.reduce((sum, { takes }) => sum + takes.length, 0);
    if (samples < SAMPLES) say(`only ${samples} samples at ${count} streams`);
    compare(`acks a second, ${count} streams, four in flight`, "/s", rate(ours), rate(theirs), { least: 1 });
    const p99 = (rounds) =>
      rounds.length === 0
        ? undefined
        : percentile(
            rounds.flatMap((one) => one.takes),
            0.99,
          );
    figure({ name: `  the same: p99`, value: p99(ours), unit: "ms", peer: p99(theirs) });
    for (const load of held) await load?.close();
  }
}

async function benchBatches(contenders) {
  const [ours, theirs] = await inTurns(contenders, BATCH_ROUNDS, ({ basin }) => batches(basin, BATCHES));
  const rate = (rounds) =>
    rounds.length === 0 ? undefined : median(rounds.map((one) => one.megabytesPerSecond));
  compare("batches of 900 records of 1 KiB", "MB/s", rate(ours), rate(theirs), { least: 1 });
  const written = [ours.at(-1).stream, theirs.at(-1)?.stream];
  const [ourReads, theirReads] = await inTurns(written, BATCH_ROUNDS + 1, catchUp);
  const warm = (rounds) => (rounds.length === 0 ? undefined : median(rounds.slice(1)));
  compare("catch-up read", "MB/s", warm(ourReads), warm(theirReads), { least: 1 });
}

async function benchFollowers(contenders) {
  const costs = [];
  for (const one of contenders) {
    if (one === undefined) continue;
    const before = anonymousBytes(one.pid);
    const held = await followers(one.basin, FOLLOWERS);
    await pause(5_000);
    const cpuBefore = processorMs(one.pid);
    await pause(WATCH_MS);
    const cpu = ((processorMs(one.pid) - cpuBefore) / WATCH_MS) * 100;
    costs.push({ memory: (anonymousBytes(one.pid) - before) / 1e6, cpu });
    await held.close();
  }
  const [ours, theirs] = costs;
  compare(`${FOLLOWERS} idle followers: memory`, "MB", ours.memory, theirs?.memory, { share: 2 });
  compare(`${FOLLOWERS} idle followers: of one core`, "%", ours.cpu, theirs?.cpu, { share: 2 });
}

const benches = { acks: benchAcks, streams: benchStreams, batches: benchBatches, followers: benchFollowers };

const prepared = spawnSync(process.execPath, [join(root, "scripts", "prepare.mjs")], {
  stdio: ["ignore", 2, 2],
});
if (prepared.status !== 0) process.exit(1);
const named = process.argv.slice(2).filter((word) => !word.startsWith("-"));
for (const [name, run] of Object.entries(benches)) {
  if (named.length > 0 && !named.includes(name)) continue;
  say(`\n${name}`);
  // Fresh servers for each: what one left behind in memory is not the next one's.
  const { ours, theirs, missing, close } = await startContenders();
  if (missing !== undefined) say(`without S2's own server: ${missing}`);
  try {
    await run([ours, theirs]);
  } finally {
    await close();
  }
}
process.exit(missedTargets() > 0 ? 1 : 0);
