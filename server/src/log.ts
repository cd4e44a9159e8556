import { destination, type Logger, pino } from "pino";
import type { LogLevel } from "./config.js";

/** Where the server says what happens to it. Never told tokens, keys, cookies or what a session holds. */
export type Log = Pick<Logger, "debug" | "info" | "warn" | "error" | "fatal">;

/** Lines of JSON on stderr; stdout belongs to what the program prints for people. */
export const createLog = (level: LogLevel): Log =>
  pino(
    { level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` },
    destination({ dest: 2, sync: true }),
  );
