import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Collector, startCollector } from "../../../sdk-browser/test/collector.js";
import { bundleProgram } from "../support/bundle.js";
import { newFolder, removeFolders } from "./processes.js";

let program: string;
let collector: Collector;
const children = new Set<ChildProcess>();
beforeAll(async () => {
  program = await bundleProgram("../test/spool/recording-child.ts");
  collector = await startCollector();
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await collector?.stop();
  removeFolders();
});

function start(folder: string, name: string, pictures: number): ChildProcess {
  const child = spawn(process.execPath, [program, folder, collector.origin, name, String(pictures)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

it("a process that is killed while it writes and sends leaves all to the next, and nothing arrives twice", async () => {
  const folder = newFolder();
  let request = 0;
  // Every request meets another luck: it is taken, refused, or its answer or itself is lost.
  collector.fault = () => {
    request += 1;
    if (request % 3 === 0) return { status: "drop" };
    if (request % 5 === 0) return { status: "drop", stored: true };
    return request % 7 === 0 ? { status: 503 } : undefined;
  };
  for (let life = 0; life < 8; life++) {
    const child = start(folder, `life${life}`, 2);
    const wanted = collector.frames.length + 30 + life * 17;
    await collector.until("frames of this life", () => collector.frames.length > wanted);
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  expect(readdirSync(folder).length).toBeGreaterThan(0);
  collector.fault = undefined;
  const [code] = (await once(start(folder, "last", 0), "exit")) as [number];
  expect(code).toBe(0);
  // Its own folder too. One that was just being removed when its process was killed may be left, empty.
  const files = readdirSync(folder, { recursive: true }).map(String);
  expect(files.filter((name) => name.includes("/"))).toEqual([]);

  const labels = collector.frames.flatMap(({ list }) => list.map(({ data }) => String(data.label)));
  expect(labels.length).toBe(new Set(labels).size);
  for (let life = 0; life < 8; life++) {
    for (const picture of [0, 1]) {
      const counts = labels
        .filter((label) => label.startsWith(`life${life} ${picture} `))
        .map((label) => Number(label.split(" ")[2]));
      // In order and without a hole, from the first that was pushed.
      expect(counts).toEqual(counts.map((_, index) => index));
      expect(counts.length).toBeGreaterThan(0);
    }
  }
  expect(collector.frames.some(({ lost }) => lost !== undefined)).toBe(false);
}, 120_000);
