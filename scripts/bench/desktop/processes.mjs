/** What processes take of the machine, as Linux counts it. */
import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks a second in `/proc`: 100 on every Linux that Node runs on. */
const TICKS = 100;

/** Processes that a process started. */
export function childrenOf(pid) {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number),
  );
}

/** A process and those it started, by what they are. */
export function recorderProcesses(pid) {
  const children = childrenOf(pid);
  const named = (name) =>
    children.find((child) => readFileSync(`/proc/${child}/cmdline`, "utf8").includes(`${name}-helper`));
  return { sdk: pid, capture: named("capture"), input: named("input") };
}

/** Seconds of user and system time that a process has used, all its threads together. */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Resident memory in MB. */
export function residentMb(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

/** Sums what is asked of several processes. */
export const sumOf = (pids, ask) => pids.reduce((sum, pid) => sum + ask(pid), 0);
