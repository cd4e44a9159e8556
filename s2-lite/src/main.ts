import { check } from "./commands/check.js";
import { copy } from "./commands/copy.js";
import { serve } from "./commands/serve.js";
import { type ProgramConfig, parseProgramConfig, USAGE } from "./config.js";
import { S2LiteError } from "./errors.js";
import { VERSION } from "./version.js";

/** Does what was asked; resolves with the exit code. */
async function run(config: ProgramConfig, log: (line: string) => void): Promise<number> {
  switch (config.command) {
    case "serve":
      return serve(config, log);
    case "copy":
      return copy(config, log);
    case "check":
      return check(config, log);
    case "help":
      process.stdout.write(USAGE);
      return 0;
    case "version":
      process.stdout.write(`${VERSION}\n`);
      return 0;
  }
}

/** Says in one line why it cannot go on, and exits. */
function giveUp(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`s2-lite: ${message}\n`);
  // Wrong flags, a folder in use, a port taken: whoever starts it must change something first.
  const expected = error instanceof S2LiteError && ["bad_option", "folder_in_use"].includes(error.code);
  process.exit(expected || (error as NodeJS.ErrnoException).code === "EADDRINUSE" ? 2 : 1);
}

try {
  const log = (line: string) => process.stderr.write(`s2-lite: ${line}\n`);
  process.exit(await run(parseProgramConfig(process.argv.slice(2), process.env), log));
} catch (error) {
  giveUp(error);
}
