import { readFileSync } from "node:fs";
import { counter, gauge, type Metric } from "./exposition.js";

/** What the process itself takes. Resident memory counts the pages of the map that are in use: watch the anonymous part. */
export function processMetrics(): Metric[] {
  const { user, system } = process.cpuUsage();
  const anonymous = anonymousBytes();
  const metrics = [
    counter("process_cpu_seconds_total", "CPU time.", (user + system) / 1_000_000),
    gauge(
      "process_start_time_seconds",
      "Start of the process since 1970.",
      Math.round(performance.timeOrigin) / 1_000,
    ),
    gauge(
      "process_resident_memory_bytes",
      "Resident memory, pages of the file among it.",
      process.memoryUsage().rss,
    ),
  ];
  if (anonymous !== undefined)
    metrics.push(
      gauge("s2_lite_anonymous_memory_bytes", "Resident memory without pages of the file.", anonymous),
    );
  return metrics;
}

/** Resident memory that is no file's, in bytes; undefined where the kernel does not tell (only Linux does). */
export function anonymousBytes(): number | undefined {
  try {
    const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
  } catch {
    return undefined; // no such file: not Linux
  }
}
