/** Bytes, time of the processor and memory of recording a minute of work, beside whole JPEGs of the same minute. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { figure, percentile, say } from "../harness.mjs";
import { cpuSeconds, recorderProcesses, residentMb, sumOf } from "./processes.mjs";
import { bytesOf, recordApp, watch } from "./recorded-app.mjs";
import { openApps, work } from "./workload.mjs";

const LEAST_RATIO = 8;
/** Per cent of one core: "about 15" was promised. */
const ABOUT_15 = 18;
const SAMPLE_MS = 2_000;
const MINUTE_MS = 60_000;
const SETTLE_MS = 5_000;
/** A process that grows by more than this is not flat. */
const MAX_GROWTH = 1.15;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Records a minute of work at a fixed pace with nothing beside it, and prints what that takes of the processor. */
export async function benchAlone(server, x, fps) {
  say(`${fps} fps alone …`);
  const apps = await openApps(x);
  const app = await recordApp(server, x.env, { fps });
  const unwatch = await watch(server, app.sessionId);
  try {
    await sleep(SETTLE_MS);
    const pids = Object.values(recorderProcesses(app.pid)).filter((pid) => pid !== undefined);
    const [cpu, atMs] = [sumOf(pids, cpuSeconds), Date.now()];
    await work(apps, MINUTE_MS);
    const share = ((sumOf(pids, cpuSeconds) - cpu) / (Date.now() - atMs)) * 100_000;
    figure({ name: `${fps} fps alone: processor, of one core`, value: share, unit: "%", target: ABOUT_15 });
  } finally {
    unwatch();
    await app.stop();
    await apps.close();
  }
}

/** Records work at a fixed pace, since it is watched, with whole JPEGs beside it. Prints its figures. */
export async function benchTraffic(server, x, fps, minutes = 1) {
  say(`${fps} fps for ${minutes} min, beside whole JPEGs …`);
  const apps = await openApps(x);
  const app = await recordApp(server, x.env, { fps });
  const unwatch = await watch(server, app.sessionId);
  await sleep(SETTLE_MS);
  const jpeg = fork(fileURLToPath(new URL("whole-jpeg.mjs", import.meta.url)), [String(fps)], { env: x.env });
  const processes = Object.entries(recorderProcesses(app.pid)).filter(([, pid]) => pid !== undefined);
  const pids = processes.map(([, pid]) => pid);
  const apart = processes.map(([, pid]) => cpuSeconds(pid));
  const before = {
    bytes: await bytesOf(server, app.sessionId),
    cpu: sumOf(pids, cpuSeconds),
    atMs: Date.now(),
  };
  const jpegCpu = cpuSeconds(jpeg.pid);
  const samples = [];
  const sampler = setInterval(() => samples.push(sumOf(pids, residentMb)), SAMPLE_MS);
  let captured = 0;
  const counter = setInterval(() => void app.status().then((status) => (captured += status.fps)), 1_000);
  try {
    for (let minute = 0; minute < minutes; minute++) await work(apps, MINUTE_MS);
    const tookMs = Date.now() - before.atMs;
    const bytes = (await bytesOf(server, app.sessionId)) - before.bytes;
    const cpu = ((sumOf(pids, cpuSeconds) - before.cpu) / tookMs) * 100_000;
    const theirs = ((cpuSeconds(jpeg.pid) - jpegCpu) / tookMs) * 100_000;
    const shares = processes.map(([name, pid], place) => ({
      name,
      cpu: ((cpuSeconds(pid) - (apart[place] ?? 0)) / tookMs) * 100_000,
    }));
    const whole = await told(jpeg);
    report({ fps, bytes, cpu, theirs, whole, tookMs, samples, minutes, captured, shares });
  } finally {
    clearInterval(sampler);
    clearInterval(counter);
    jpeg.kill();
    unwatch();
    await app.stop();
    await apps.close();
  }
}

function told(jpeg) {
  const answer = new Promise((resolve) => jpeg.once("message", resolve));
  jpeg.send("end");
  return answer;
}

function report({ fps, bytes, cpu, theirs, whole, tookMs, samples, minutes, captured, shares }) {
  const perMinute = (total) => (total / tookMs) * 0.06;
  const at = `${fps} fps`;
  figure({ name: `${at}: captured a second`, value: (captured / tookMs) * 1_000, unit: "fps" });
  figure({ name: `${at}: bytes`, value: perMinute(bytes), unit: "MB/m", peer: perMinute(whole.bytes) });
  figure({
    name: `${at}: times fewer bytes than whole JPEG`,
    value: whole.bytes / bytes,
    unit: "x",
    least: LEAST_RATIO,
  });
  figure({
    name: `${at}: processor, beside whole JPEG's`,
    value: cpu,
    unit: "%",
    target: theirs,
    peer: theirs,
  });
  for (const share of shares)
    figure({ name: `${at}: processor of its ${share.name} process`, value: share.cpu, unit: "%" });
  const theirFps = (whole.captures / tookMs) * 1_000;
  figure({ name: `${at}: whole JPEGs a second`, value: theirFps, unit: "fps" });
  figure({
    name: `${at}: memory of all its processes, at the most`,
    value: Math.max(...samples),
    unit: "MB",
  });
  const early = samples.slice(Math.floor(samples.length / 6), Math.floor(samples.length / 2));
  const late = samples.slice(Math.floor((samples.length * 2) / 3));
  const growth = percentile(late, 0.5) / percentile(early, 0.5);
  const bound = minutes >= 10 ? { target: MAX_GROWTH } : {};
  figure({ name: `${at}: memory, its last third to its beginning`, value: growth, unit: "x", ...bound });
}
