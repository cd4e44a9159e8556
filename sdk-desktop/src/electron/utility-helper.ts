import { hostEnvironment } from "../config.js";
import { helperEnvironment } from "../helpers/helper-environment.js";
import type { StartHelper } from "../helpers/helper-process.js";
import { LastWords } from "../helpers/last-words.js";
import type { ElectronApi } from "./electron-api.js";

/**
 * Starts a helper as one of Electron's utility processes, which end with the app. Only once the app is ready.
 * @param entry the path of its program, outside any archive
 */
export const utilityHelper =
  <Command, Report>(
    { utilityProcess }: Pick<ElectronApi, "utilityProcess">,
    entry: string,
    serviceName: string,
  ): StartHelper<Command, Report> =>
  ({ onReport, onExit }) => {
    const lastWords = new LastWords();
    try {
      const child = utilityProcess.fork(entry, [], {
        env: helperEnvironment(hostEnvironment()),
        execArgv: [],
        stdio: ["ignore", "ignore", "pipe"],
        serviceName,
      });
      let over = false;
      child.stderr?.on("data", (chunk) => lastWords.hear(chunk));
      child.on("message", (report) => onReport(report as Report));
      child.once("exit", (code) => {
        over = true;
        onExit(lastWords.after(`code ${code}`));
      });
      return {
        send: (command) => {
          if (!over) child.postMessage(command);
        },
        kill: () => void child.kill(),
      };
    } catch (error) {
      setImmediate(() => onExit(String(error)));
      return { send: () => {}, kill: () => {} };
    }
  };
