import { S2LiteError } from "../errors.js";
import {
  asBoolean,
  asInteger,
  asObject,
  asString,
  badJson,
  type Change,
  change,
  optional,
} from "../wire/json-fields.js";
import type { U64 } from "../wire/u64.js";
import type {
  DeleteOnEmpty,
  PartialStreamConfig,
  RetentionPolicy,
  StreamConfigChange,
  TimestampingMode,
} from "./stream-config.js";

/** The digits of seconds that a number would round. */
function exactly(seconds: U64): { readonly exact?: string } {
  return typeof seconds === "number" ? {} : { exact: seconds.toString() };
}

/** One key, as S2's enums are: it decides, and another beside it is an error. */
function parseRetention(value: unknown, what: string): RetentionPolicy {
  const object = asObject(value, what);
  const [key, ...others] = Object.keys(object);
  if (others.length > 0 || (key !== "age" && key !== "infinite"))
    throw badJson(`\`${what}\` must have one field, \`age\` or \`infinite\``);
  if (key === "age") {
    const age = asInteger(object.age, `${what}.age`);
    return { age: Number(age), ...exactly(age) };
  }
  asObject(object.infinite, `${what}.infinite`);
  return { infinite: {} };
}

function parseMode(value: unknown, what: string): TimestampingMode {
  const mode = asString(value, what);
  if (mode === "client-prefer" || mode === "client-require" || mode === "arrival") return mode;
  throw badJson(`${what} must be client-prefer, client-require or arrival`);
}

function parseTimestamping(value: unknown, what: string): PartialStreamConfig["timestamping"] {
  const object = asObject(value, what);
  const mode = optional(object.mode, `${what}.mode`, parseMode);
  const uncapped = optional(object.uncapped, `${what}.uncapped`, asBoolean);
  return mode === null && uncapped === null ? null : { mode, uncapped };
}

function minAge(value: unknown, what: string): DeleteOnEmpty {
  const seconds = asInteger(value, what);
  return { min_age_secs: Number(seconds), ...exactly(seconds) };
}

function parseDeleteOnEmpty(value: unknown, what: string): DeleteOnEmpty {
  const { min_age_secs } = asObject(value, what);
  return min_age_secs === undefined ? { min_age_secs: 0 } : minAge(min_age_secs, `${what}.min_age_secs`);
}

/** Parses a stream's config as a client sends it. Throws `bad_json`; `checkStreamConfig` says the rest. */
export function parseStreamConfig(value: unknown, what = "config"): PartialStreamConfig {
  const object = asObject(value, what);
  return {
    storage_class: optional(object.storage_class, `${what}.storage_class`, asString),
    retention_policy: optional(object.retention_policy, `${what}.retention_policy`, parseRetention),
    timestamping: optional(object.timestamping, `${what}.timestamping`, parseTimestamping),
    delete_on_empty: optional(object.delete_on_empty, `${what}.delete_on_empty`, parseDeleteOnEmpty),
  };
}

/** Checks what is well formed and still cannot be. Throws `invalid` for an age of 0. */
export function checkStreamConfig(config: { readonly retention_policy: Change<RetentionPolicy> }): void {
  const policy = config.retention_policy;
  if (policy && "age" in policy && policy.age === 0)
    throw new S2LiteError("invalid", "age must be greater than 0 seconds");
}

/** A stream's config as it is told: with seconds exactly. For `jsonText`. */
export function streamConfigJson(config: PartialStreamConfig): unknown {
  const policy = config.retention_policy;
  const empty = config.delete_on_empty;
  return {
    ...config,
    retention_policy: policy && "age" in policy ? { age: exact(policy.age, policy.exact) } : policy,
    delete_on_empty: empty && { min_age_secs: exact(empty.min_age_secs, empty.exact) },
  };
}

function exact(seconds: number, digits: string | undefined): U64 {
  return digits === undefined ? seconds : BigInt(digits);
}

/** Parses a change to a stream's config. Throws as `parseStreamConfig` does. */
export function parseStreamConfigChange(value: unknown, what = "config"): StreamConfigChange {
  const object = asObject(value, what);
  return {
    storage_class: change(object.storage_class, `${what}.storage_class`, asString),
    retention_policy: change(object.retention_policy, `${what}.retention_policy`, parseRetention),
    timestamping: change(object.timestamping, `${what}.timestamping`, (inner, name) => {
      const fields = asObject(inner, name);
      return {
        mode: change(fields.mode, `${name}.mode`, parseMode),
        uncapped: change(fields.uncapped, `${name}.uncapped`, asBoolean),
      };
    }),
    delete_on_empty: change(object.delete_on_empty, `${what}.delete_on_empty`, (inner, name) => ({
      min_age_secs: change(asObject(inner, name).min_age_secs, `${name}.min_age_secs`, minAge),
    })),
  };
}
