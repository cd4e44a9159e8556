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

/** Whose clock gives a record its timestamp. */
export type TimestampingMode = "client-prefer" | "client-require" | "arrival";
/** How long records are kept: seconds, or for ever. */
export type RetentionPolicy =
  | { readonly age: number }
  | { readonly infinite: Readonly<Record<never, never>> };

/** A stream's config with every field set, as S2's JSON spells it. */
export interface StreamConfig {
  readonly storage_class: string;
  readonly retention_policy: RetentionPolicy;
  readonly timestamping: { readonly mode: TimestampingMode; readonly uncapped: boolean };
  readonly delete_on_empty: { readonly min_age_secs: number };
}

/** A stream's config as asked for; null is what was not asked for. Always in normal form. */
export interface PartialStreamConfig {
  readonly storage_class: string | null;
  readonly retention_policy: RetentionPolicy | null;
  readonly timestamping: { readonly mode: TimestampingMode | null; readonly uncapped: boolean | null } | null;
  readonly delete_on_empty: { readonly min_age_secs: number } | null;
}

/** S2's defaults, under those of the basin. */
export const SYSTEM_STREAM_CONFIG: StreamConfig = {
  storage_class: "express",
  retention_policy: { age: 604_800 },
  timestamping: { mode: "client-prefer", uncapped: false },
  delete_on_empty: { min_age_secs: 0 },
};

/** Nothing asked for. */
export const EMPTY_STREAM_CONFIG: PartialStreamConfig = {
  storage_class: null,
  retention_policy: null,
  timestamping: null,
  delete_on_empty: null,
};

function parseRetention(value: unknown, what: string): RetentionPolicy {
  const object = asObject(value, what);
  if (object.age !== undefined) {
    const age = asInteger(object.age, `${what}.age`);
    if (age === 0) throw new S2LiteError("invalid", "age must be greater than 0 seconds");
    return { age };
  }
  if (object.infinite !== undefined) {
    asObject(object.infinite, `${what}.infinite`);
    return { infinite: {} };
  }
  throw badJson(`${what} must have \`age\` or \`infinite\``);
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

function parseDeleteOnEmpty(value: unknown, what: string): { min_age_secs: number } {
  const object = asObject(value, what);
  const seconds = object.min_age_secs;
  return { min_age_secs: seconds === undefined ? 0 : asInteger(seconds, `${what}.min_age_secs`) };
}

/** Parses a stream's config as a client sends it. Throws `bad_json`, or `invalid` for an age of 0. */
export function parseStreamConfig(value: unknown, what = "config"): PartialStreamConfig {
  const object = asObject(value, what);
  return {
    storage_class: optional(object.storage_class, `${what}.storage_class`, asString),
    retention_policy: optional(object.retention_policy, `${what}.retention_policy`, parseRetention),
    timestamping: optional(object.timestamping, `${what}.timestamping`, parseTimestamping),
    delete_on_empty: optional(object.delete_on_empty, `${what}.delete_on_empty`, parseDeleteOnEmpty),
  };
}

/** Whether nothing was asked for. */
export function isEmptyStreamConfig(config: PartialStreamConfig): boolean {
  return Object.values(config).every((value) => value === null);
}

/** Lays configs over each other, the first over the second and so on, and over S2's defaults. */
export function resolveStreamConfig(...layers: readonly (PartialStreamConfig | null)[]): StreamConfig {
  const first = <T>(pick: (layer: PartialStreamConfig) => T | null | undefined, fallback: T): T => {
    for (const layer of layers) {
      const value = layer === null ? null : pick(layer);
      if (value !== null && value !== undefined) return value;
    }
    return fallback;
  };
  const system = SYSTEM_STREAM_CONFIG;
  return {
    storage_class: first((layer) => layer.storage_class, system.storage_class),
    retention_policy: first((layer) => layer.retention_policy, system.retention_policy),
    timestamping: {
      mode: first((layer) => layer.timestamping?.mode, system.timestamping.mode),
      uncapped: first((layer) => layer.timestamping?.uncapped, system.timestamping.uncapped),
    },
    delete_on_empty: first((layer) => layer.delete_on_empty, system.delete_on_empty),
  };
}

/** A change to a stream's config: absent keeps, null falls back, an object goes on inside. */
export interface StreamConfigChange {
  readonly storage_class: Change<string>;
  readonly retention_policy: Change<RetentionPolicy>;
  readonly timestamping: Change<{ mode: Change<TimestampingMode>; uncapped: Change<boolean> }>;
  readonly delete_on_empty: Change<{ min_age_secs: Change<number> }>;
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
      min_age_secs: change(asObject(inner, name).min_age_secs, `${name}.min_age_secs`, asInteger),
    })),
  };
}

function changed<T>(current: T | null, wanted: Change<T>): T | null {
  return wanted === undefined ? current : wanted;
}

/** Applies a change; what it clears is null in the result. */
export function applyStreamConfigChange(
  current: PartialStreamConfig,
  wanted: StreamConfigChange,
): PartialStreamConfig {
  const time = wanted.timestamping;
  const empty = wanted.delete_on_empty;
  const mode = time ? changed(current.timestamping?.mode ?? null, time.mode) : null;
  const uncapped = time ? changed(current.timestamping?.uncapped ?? null, time.uncapped) : null;
  const minAge = empty ? changed(current.delete_on_empty?.min_age_secs ?? null, empty.min_age_secs) : null;
  return {
    storage_class: changed(current.storage_class, wanted.storage_class),
    retention_policy: changed(current.retention_policy, wanted.retention_policy),
    timestamping: time
      ? mode === null && uncapped === null
        ? null
        : { mode, uncapped }
      : changed(current.timestamping, time),
    delete_on_empty: empty
      ? minAge === null
        ? null
        : { min_age_secs: minAge }
      : changed(current.delete_on_empty, empty),
  };
}
