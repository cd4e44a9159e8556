import { isIP } from "node:net";
import { isAbsolute, resolve } from "node:path";
import type { S2Access } from "@reeltime/recorder";
import { IDLE_LIMIT_MS, SESSION_LIMIT_MS } from "@reeltime/recorder/protocol";
import { z } from "zod";
import { MAX_KEPT_BYTES } from "./export/limits.js";
import { parseOriginPattern } from "./http/origins.js";
import {
  ADDRESS_UPLOADS_PER_SECOND,
  MAX_BYTES_IN_FLIGHT,
  OPENS_PER_MINUTE,
  SESSION_BYTES_PER_SECOND,
  SESSION_UPLOADS_PER_SECOND,
  SIGN_INS_PER_MINUTE,
} from "./limits.js";
import { StartError } from "./start-error.js";

/** How much the log says. */
export const LOG_LEVELS = ["silent", "fatal", "error", "warn", "info", "debug"] as const;
/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where recordings go: an s2-lite of our own in the data folder, or what the settings say. */
export type S2Config =
  | { readonly type: "embedded"; readonly basin: string }
  | { readonly type: "remote"; readonly access: S2Access };

/** How much may come how often. */
export interface RateConfig {
  readonly opensPerMinute: number;
  readonly signInsPerMinute: number;
  readonly sessionUploadsPerSecond: number;
  readonly sessionBytesPerSecond: number;
  readonly addressUploadsPerSecond: number;
}

/** Everything the environment says, read once and frozen. */
export interface Config {
  /** 0 for any free port. */
  readonly port: number;
  readonly host: string;
  /** Absolute. */
  readonly dataDir: string;
  /** How browsers reach the server, without a trailing slash; `undefined` for the address it listens at. */
  readonly publicUrl: string | undefined;
  /** Host names allowed beside the public one. */
  readonly hosts: readonly string[];
  /** Patterns of origins allowed beside each project's own. */
  readonly origins: readonly string[];
  /** Signs tokens and cookies; `undefined` for the one kept in the data folder. */
  readonly secret: string | undefined;
  readonly s2: S2Config;
  readonly idleLimitMs: number;
  readonly sessionLimitMs: number;
  readonly rates: RateConfig;
  readonly maxBytesInFlight: number;
  /** Bytes of exported videos kept. */
  readonly maxExportBytes: number;
  /** The ffmpeg that makes videos: a file, or a name to look for where the system has programs. */
  readonly ffmpegPath: string;
  /** Where the system looks for programs. */
  readonly searchPath: string;
  /** Proxies in front whose `X-Forwarded-For` is believed. */
  readonly proxies: number;
  readonly logLevel: LogLevel;
}

const list = (text: string): string[] =>
  text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");

const number = (fallback: number, least: number, most: number) =>
  z
    .string()
    .default(String(fallback))
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be a number from ${least} to ${most}`);
const whole = (fallback: number, least: number, most: number) =>
  number(fallback, least, most).refine(Number.isInteger, "must be a whole number");

const endpoint = z
  .string()
  .refine(
    (text) => /^https?:\/\/[^\s/?#]/.test(text) && URL.canParse(text.replace("{basin}", "basin")),
    "must be an http or https address",
  );

const schema = z.object({
  PORT: whole(8787, 0, 65_535),
  HOST: z.string().default("127.0.0.1").refine(isHost, "must be a host name or an IP address without a zone"),
  REELTIME_DATA: z.string().default("./data"),
  REELTIME_PUBLIC_URL: z
    .string()
    .optional()
    .refine(
      (text) => text === undefined || isPublicUrl(text),
      "must be like https://replay.example.com, without a path",
    ),
  REELTIME_HOSTS: z
    .string()
    .default("")
    .transform(list)
    .refine(
      (hosts) => hosts.every((host) => URL.canParse(`http://${host}`)),
      "must be host names, separated by commas",
    ),
  REELTIME_ORIGINS: z
    .string()
    .default("")
    .transform(list)
    .refine(
      (origins) => origins.every((origin) => parseOriginPattern(origin) !== undefined),
      "must be origins like https://app.example.com, https://*.example.com or http://localhost:*, separated by commas",
    ),
  REELTIME_SECRET: z
    .string()
    .optional()
    .refine((text) => text === undefined || text.length >= 32, "must have 32 characters or more"),
  S2_ACCESS_TOKEN: z.string().optional(),
  S2_ACCOUNT_ENDPOINT: endpoint.optional(),
  S2_BASIN_ENDPOINT: endpoint.optional(),
  S2_BASIN: z
    .string()
    .default("reeltime-data")
    .refine(
      (text) => /^[a-z0-9][a-z0-9-]{6,46}[a-z0-9]$/.test(text),
      "must be 8 to 48 of a-z, 0-9 and -, beginning and ending with a letter or digit",
    ),
  REELTIME_IDLE_MINUTES: number(IDLE_LIMIT_MS / 60_000, 0.01, 24 * 60),
  REELTIME_MAX_SESSION_HOURS: number(SESSION_LIMIT_MS / 3_600_000, 0.001, 7 * 24),
  REELTIME_OPENS_PER_MINUTE: whole(OPENS_PER_MINUTE, 1, 1_000_000),
  REELTIME_SIGN_INS_PER_MINUTE: whole(SIGN_INS_PER_MINUTE, 1, 10_000),
  REELTIME_SESSION_UPLOADS_PER_SECOND: whole(SESSION_UPLOADS_PER_SECOND, 1, 1_000_000),
  REELTIME_SESSION_BYTES_PER_SECOND: whole(SESSION_BYTES_PER_SECOND, 1024, 2 ** 40),
  REELTIME_ADDRESS_UPLOADS_PER_SECOND: whole(ADDRESS_UPLOADS_PER_SECOND, 1, 1_000_000),
  REELTIME_MAX_BYTES_IN_FLIGHT: whole(MAX_BYTES_IN_FLIGHT, 1024 * 1024, 2 ** 40),
  REELTIME_MAX_EXPORT_BYTES: whole(MAX_KEPT_BYTES, 1024 * 1024, 2 ** 50),
  FFMPEG_PATH: z.string().default("ffmpeg"),
  PATH: z.string().default("/usr/local/bin:/usr/bin:/bin"),
  REELTIME_PROXIES: whole(0, 0, 10),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`).default("info"),
});

/**
 * Reads the settings. An empty value counts as not set; names that are not ours are left alone.
 * Throws `StartError` `config` with one line that names the variable; a value is never repeated in it, since it
 * may be a secret.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, cwd: string): Config {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = schema.safeParse(set);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new StartError(
      "config",
      `${issue?.path.join(".") ?? "environment"} ${issue?.message ?? "is wrong"}`,
    );
  }
  const read = parsed.data;
  return Object.freeze({
    port: read.PORT,
    host: read.HOST,
    dataDir: isAbsolute(read.REELTIME_DATA) ? read.REELTIME_DATA : resolve(cwd, read.REELTIME_DATA),
    publicUrl: read.REELTIME_PUBLIC_URL === undefined ? undefined : new URL(read.REELTIME_PUBLIC_URL).origin,
    hosts: read.REELTIME_HOSTS,
    origins: read.REELTIME_ORIGINS,
    secret: read.REELTIME_SECRET,
    s2: s2Config(read),
    idleLimitMs: read.REELTIME_IDLE_MINUTES * 60_000,
    sessionLimitMs: read.REELTIME_MAX_SESSION_HOURS * 3_600_000,
    rates: Object.freeze({
      opensPerMinute: read.REELTIME_OPENS_PER_MINUTE,
      signInsPerMinute: read.REELTIME_SIGN_INS_PER_MINUTE,
      sessionUploadsPerSecond: read.REELTIME_SESSION_UPLOADS_PER_SECOND,
      sessionBytesPerSecond: read.REELTIME_SESSION_BYTES_PER_SECOND,
      addressUploadsPerSecond: read.REELTIME_ADDRESS_UPLOADS_PER_SECOND,
    }),
    maxBytesInFlight: read.REELTIME_MAX_BYTES_IN_FLIGHT,
    maxExportBytes: read.REELTIME_MAX_EXPORT_BYTES,
    ffmpegPath: read.FFMPEG_PATH,
    searchPath: read.PATH,
    proxies: read.REELTIME_PROXIES,
    logLevel: read.LOG_LEVEL,
  });
}

/** None: embedded. Both endpoints: a self-hosted S2, which may want no token. The token alone: S2 Cloud. */
function s2Config(read: z.infer<typeof schema>): S2Config {
  const { S2_ACCESS_TOKEN: token, S2_ACCOUNT_ENDPOINT: account, S2_BASIN_ENDPOINT: endpointOfBasin } = read;
  const basin = read.S2_BASIN;
  if ((account === undefined) !== (endpointOfBasin === undefined)) {
    const [missing, given] =
      account === undefined
        ? ["S2_ACCOUNT_ENDPOINT", "S2_BASIN_ENDPOINT"]
        : ["S2_BASIN_ENDPOINT", "S2_ACCOUNT_ENDPOINT"];
    throw new StartError("config", `${missing} must be set too when ${given} is`);
  }
  if (account !== undefined && endpointOfBasin !== undefined) {
    const access = { accountEndpoint: account, basinEndpoint: endpointOfBasin };
    return { type: "remote", access: { basin, accessToken: token ?? "none", ...access } };
  }
  return token === undefined
    ? { type: "embedded", basin }
    : { type: "remote", access: { basin, accessToken: token } };
}

/** What can be listened at and stand in a URL: a name, or an address of either kind. */
function isHost(text: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(text) || (isIP(text) === 6 && !text.includes("%"));
}

function isPublicUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const bare = url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "";
  return bare && (url.protocol === "http:" || url.protocol === "https:");
}
