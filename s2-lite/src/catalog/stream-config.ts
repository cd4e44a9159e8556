import type { Change } from "../wire/json-fields.js";

/** Whose clock gives a record its timestamp. */
export type TimestampingMode = "client-prefer" | "client-require" | "arrival";
/** How long records are kept: seconds, above 2^53 rounded and then also in exact digits; or for ever. */
export type RetentionPolicy =
  | { readonly age: number; readonly exact?: string }
  | { readonly infinite: Readonly<Record<never, never>> };

/** How old an empty stream must be to be deleted: in seconds, as an age is; 0 is never. */
export interface DeleteOnEmpty {
  readonly min_age_secs: number;
  readonly exact?: string;
}

/** A stream's config with every field set, as S2's JSON spells it. */
export interface StreamConfig {
  readonly storage_class: string;
  readonly retention_policy: RetentionPolicy;
  readonly timestamping: { readonly mode: TimestampingMode; readonly uncapped: boolean };
  readonly delete_on_empty: DeleteOnEmpty;
}

/** A stream's config as asked for; null is what was not asked for. Always in normal form. */
export interface PartialStreamConfig {
  readonly storage_class: string | null;
  readonly retention_policy: RetentionPolicy | null;
  readonly timestamping: { readonly mode: TimestampingMode | null; readonly uncapped: boolean | null } | null;
  readonly delete_on_empty: DeleteOnEmpty | null;
}

/** A change to a stream's config: absent keeps, null falls back, an object goes on inside. */
export interface StreamConfigChange {
  readonly storage_class: Change<string>;
  readonly retention_policy: Change<RetentionPolicy>;
  readonly timestamping: Change<{ mode: Change<TimestampingMode>; uncapped: Change<boolean> }>;
  readonly delete_on_empty: Change<{ min_age_secs: Change<DeleteOnEmpty> }>;
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
  return {
    storage_class: changed(current.storage_class, wanted.storage_class),
    retention_policy: changed(current.retention_policy, wanted.retention_policy),
    timestamping: time
      ? mode === null && uncapped === null
        ? null
        : { mode, uncapped }
      : changed(current.timestamping, time),
    delete_on_empty: changed(current.delete_on_empty, empty ? empty.min_age_secs : empty),
  };
}
