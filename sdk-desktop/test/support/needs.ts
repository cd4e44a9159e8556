import { existsSync } from "node:fs";
import { join } from "node:path";
import { WORK_PROGRAMS } from "../../../scripts/bench/desktop/workload.mjs";
import { missingForX } from "./x-server.js";

const folders = (process.env.PATH ?? "").split(":").filter((folder) => folder !== "");

/** Which of these programs are not here. */
const missing = (programs: readonly string[]): readonly string[] =>
  programs.filter((program) => !folders.some((folder) => existsSync(join(folder, program))));

/** What is missing here for journeys over a real desktop; empty when nothing is. */
export const missingForJourneys: readonly string[] = [
  ...missingForX,
  ...missing([...WORK_PROGRAMS, "zenity", "xrandr"]),
];

if (missingForJourneys.length > 0 && missingForX.length === 0)
  process.stderr.write(
    `\nSKIPPED: journeys over a real desktop, since ${missingForJourneys.join(", ")} is not installed.\n\n`,
  );

/** Whether the journeys run at their full length (`npm run trial -- <name>`). */
export const FULL_LENGTH = process.env.REELTIME_TRIAL === "full";
