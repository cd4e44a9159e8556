import { homedir } from "node:os";
import { examine, isWell } from "../doctor/doctor.js";
import { describeFindings } from "../doctor/report.js";
import { TRIAL_NAMES, type TrialName } from "../doctor/trial.js";
import { defaultSpoolFolder } from "../recorder/spool-folder.js";
import type { DoctorRequest } from "./request.js";

/** What a doctor in a terminal needs. */
export interface ExamineWorld {
  readonly environment: NodeJS.ProcessEnv;
  /** This program: started again for each trial. */
  readonly program: string;
  readonly write: (text: string) => void;
}

/** The word that starts this program for one trial of the doctor's. */
export const TRIAL_WORD = "doctor-trial";

/** Which trial these are the words of, and what on; `undefined` when they are no trial's. */
export function trialOf(
  args: readonly string[],
): { readonly name: TrialName; readonly what: string } | undefined {
  const [word, given, what = ""] = args;
  const name = TRIAL_NAMES.find((one) => one === given);
  return word === TRIAL_WORD && name !== undefined ? { name, what } : undefined;
}

/** Finds out what works, and says so. Resolves with the exit code. */
export async function examineInTerminal(request: DoctorRequest, world: ExamineWorld): Promise<number> {
  const { server, key, json } = request;
  const { environment, program, write } = world;
  const spoolFolder =
    request.spoolFolder ??
    defaultSpoolFolder({
      platform: process.platform,
      environment,
      home: homedir,
      apiHost: server ?? "",
      projectKey: key ?? "",
    });
  const findings = await examine({
    system: {
      platform: process.platform,
      architecture: process.arch,
      nodeVersion: process.version,
      glibcVersion: glibcVersion(),
    },
    trials: { program, words: [TRIAL_WORD], environment },
    server: server === undefined ? undefined : { server, key, fetch, clock: Date.now },
    spoolFolder: spoolFolder === false ? undefined : spoolFolder,
  });
  const ok = isWell(findings);
  write(json ? `${JSON.stringify({ ok, checks: findings }, null, 2)}\n` : describeFindings(findings));
  return ok ? 0 : 1;
}

/** What Node's own report says of the C library it runs on. */
function glibcVersion(): string | undefined {
  const report = process.report.getReport() as unknown as {
    readonly header?: { readonly glibcVersionRuntime?: string };
  };
  return report.header?.glibcVersionRuntime;
}
