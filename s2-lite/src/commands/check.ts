import { resolve } from "node:path";
import { type CheckReport, checkStore } from "../check/check-store.js";
import type { CheckConfig } from "../config.js";
import { S2LiteError } from "../errors.js";
import { bytesInWords, countInWords } from "../words.js";

/**
 * Verifies a folder and says on standard output what it found. Resolves with 0 when the store is sound, with 1
 * when it is damaged or cannot be read, with 2 when there is none, or a server has it.
 */
export async function check({ dir }: CheckConfig, log: (line: string) => void): Promise<number> {
  const path = resolve(dir);
  let report: CheckReport;
  try {
    report = await checkStore(path);
  } catch (error) {
    if (!(error instanceof S2LiteError)) throw error;
    log(`${path} cannot be checked: ${error.message}`);
    return 1;
  }
  if (report.outcome === "absent" || report.outcome === "in_use") {
    log(report.message);
    return 2;
  }
  process.stdout.write(`${[...describe(path, report)].join("\n")}\n`);
  return report.outcome === "sound" ? 0 : 1;
}

function* describe(
  path: string,
  report: Extract<CheckReport, { outcome: "sound" | "damaged" }>,
): Generator<string> {
  const { findings, untold, basins, streams, batches, records, fileBytes, freeBytes, tookMs } = report;
  const rows = [
    countInWords(basins, "basin"),
    countInWords(streams, "stream"),
    countInWords(records, "record"),
  ];
  const seconds = (tookMs / 1_000).toFixed(1);
  yield `${path} ${report.outcome === "sound" ? "is sound" : "is damaged"}`;
  yield `  read: ${rows.join(", ")} in ${batches} ${batches === 1 ? "batch" : "batches"}`;
  yield `  file: ${bytesInWords(fileBytes)}, ${bytesInWords(freeBytes)} of them free; took ${seconds} s`;
  for (const finding of findings) yield `  ${finding}`;
  if (untold > 0) yield `  and ${untold} more`;
}
