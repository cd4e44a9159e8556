import { probeInput } from "../input/probe.js";
import { type Finding, type Found, ok, trouble, untried } from "./finding.js";
import { CHECK_TIMEOUT_MS } from "./limits.js";
import { checkKey, checkServer, type ServerQuestion } from "./server-check.js";
import { checkNode, checkSystemLibrary, type SystemFacts } from "./system-checks.js";
import { runTrial, type TrialName, type TrialOptions, type TrialOutcome } from "./trial.js";

/** What the doctor looks at. */
export interface DoctorOptions {
  readonly system: SystemFacts;
  readonly trials: TrialOptions;
  /** The server to ask; `undefined`: none. */
  readonly server: ServerQuestion | undefined;
  /** Where an outage is kept; `undefined`: nowhere. */
  readonly spoolFolder: string | undefined;
}

/** Finds out what works here. Takes half a minute at the most, never rejects, and ends with every process it started. */
export async function examine(options: DoctorOptions): Promise<readonly Finding[]> {
  const { system, server, spoolFolder, trials } = options;
  const screen = await probeInput({
    platform: system.platform,
    environment: trials.environment,
    isXWayland: async () => {
      const outcome = await runTrial("xwayland", trials);
      return outcome.kind === "ok" && outcome.message === "true";
    },
  });
  const screenFound: Found = screen === undefined ? ok(screenMessage(options)) : trouble(screen.message);
  const attempt = (name: TrialName, what: string) =>
    screen === undefined
      ? runTrial(name, trials).then((outcome) => foundBy(outcome, what, system))
      : untried("not tried, since there is no screen to try it on");
  const checks: readonly (readonly [string, Found | Promise<Found>])[] = [
    ["Node.js", checkNode(system)],
    ["System", checkSystemLibrary(system)],
    ["Screen", screenFound],
    ["Pictures", attempt("pictures", "No picture of the screen could be taken")],
    ["Windows", attempt("windows", "The list of open windows could not be read")],
    ["Mouse and keyboard", attempt("input", "The mouse and keyboard cannot be heard")],
    ...(system.platform === "darwin" ? [["Permissions", macPermissions] as const] : []),
    [
      "Spool",
      spoolFolder === undefined
        ? untried("this user has no folder for it")
        : checkSpool(options, spoolFolder),
    ],
    ["Server", server === undefined ? untried("none was given: --server URL") : checkServer(server)],
    ["Key", server === undefined ? untried("no server was given to try it on") : checkKey(server)],
  ];
  return Promise.all(
    checks.map(async ([name, found]) => ({ name, ...(await inTime(Promise.resolve(found))) })),
  );
}

/** Whether what an outage holds back can be kept. */
async function checkSpool({ trials, system }: DoctorOptions, folder: string): Promise<Found> {
  const outcome = await runTrial("spool", trials, folder);
  const found = foundBy(outcome, `${folder} cannot be written to`, system);
  return found.state === "ok"
    ? found
    : {
        ...found,
        advice:
          "What an outage of the server holds back would be kept in memory alone. Make the folder writable for your user, " +
          "or name another one with --spool FOLDER.",
      };
}

/** Whether nothing that was tried is in trouble. */
export const isWell = (findings: readonly Finding[]): boolean =>
  findings.every(({ state }) => state !== "trouble");

function screenMessage({ system, trials }: DoctorOptions): string {
  return system.platform === "linux"
    ? `${trials.environment.DISPLAY} answers (X11)`
    : "the desktop of this user";
}

const macPermissions: Found = untried(
  "macOS says only to the program itself what it may do: in System Settings, Privacy & Security, it must be switched on under Screen Recording and under Accessibility (for a command, its terminal)",
);

function foundBy(outcome: TrialOutcome, what: string, { platform }: SystemFacts): Found {
  switch (outcome.kind) {
    case "ok":
      return ok(outcome.message);
    case "failed":
      return trouble(
        outcome.message.startsWith(what) ? outcome.message : `${what}: ${outcome.message}.`,
        outcome.advice ?? adviceFor(outcome.message, platform),
      );
    case "died":
      return trouble(
        `${what}: ${outcome.why}.`,
        adviceFor(outcome.lastWords, platform) ??
          (outcome.lastWords === "" ? undefined : `It said: ${outcome.lastWords.slice(-300)}`),
      );
  }
}

/** What to do about what a native part said. */
function adviceFor(said: string, platform: string): string | undefined {
  const library = /(lib[\w+-]+\.so[.\d]*): cannot open shared object/.exec(said)?.[1];
  if (library !== undefined)
    return (
      `Install the system library ${library}. All that is needed, on Debian and Ubuntu: ` +
      "apt-get install libxcb1 libxrandr2 libdbus-1-3 libx11-6 libxtst6 libxt6."
    );
  if (/authori[sz]ation|protocol specified/i.test(said))
    return "The screen belongs to another user: run this as the user who is logged in there, or set XAUTHORITY to that user's file.";
  if (platform === "darwin")
    return "Switch the program on in System Settings, Privacy & Security, Screen Recording, and start it again.";
  return undefined;
}

/** What it resolves with, or that it took too long. */
function inTime(found: Promise<Found>): Promise<Found> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Found>((resolve) => {
    timer = setTimeout(
      () =>
        resolve(
          trouble(
            `This took longer than ${CHECK_TIMEOUT_MS / 1_000} seconds.`,
            "Try again when the machine is less busy.",
          ),
        ),
      // A trial's own limit says more.
      CHECK_TIMEOUT_MS + 1_000,
    );
  });
  return Promise.race([found, late]).finally(() => clearTimeout(timer));
}
