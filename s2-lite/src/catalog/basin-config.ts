import { S2LiteError } from "../errors.js";
import {
  asBoolean,
  asObject,
  asString,
  badJson,
  type Change,
  change,
  optional,
} from "../wire/json-fields.js";
import {
  applyStreamConfigChange,
  EMPTY_STREAM_CONFIG,
  isEmptyStreamConfig,
  type PartialStreamConfig,
  type StreamConfigChange,
} from "./stream-config.js";
import {
  checkStreamConfig,
  parseStreamConfig,
  parseStreamConfigChange,
  streamConfigJson,
} from "./stream-config-json.js";

/** A basin's config as S2's JSON spells it: what was not set is null. */
export interface BasinConfig {
  readonly default_stream_config: PartialStreamConfig | null;
  readonly stream_cipher: null;
  readonly create_stream_on_append: boolean;
  readonly create_stream_on_read: boolean;
}

/** The config of a basin about which nothing was said. */
export const EMPTY_BASIN_CONFIG: BasinConfig = {
  default_stream_config: null,
  stream_cipher: null,
  create_stream_on_append: false,
  create_stream_on_read: false,
};

/** A change to a basin's config: absent keeps, null falls back, an object goes on inside. */
export interface BasinConfigChange {
  readonly default_stream_config: Change<StreamConfigChange>;
  readonly create_stream_on_append: boolean | undefined;
  readonly create_stream_on_read: boolean | undefined;
}

function parseFlag(object: Readonly<Record<string, unknown>>, name: string): boolean | undefined {
  return object[name] === undefined ? undefined : asBoolean(object[name], name);
}

function parseCipher(value: unknown, what: string): string {
  const cipher = asString(value, what);
  if (cipher !== "aegis-256" && cipher !== "aes-256-gcm") throw badJson(`\`${what}\` is not a known cipher`);
  return cipher;
}

/** This server has no ciphers: to accept one and store records in clear would be worse than to refuse it. */
function refuseCipher(cipher: string | null): void {
  if (cipher !== null)
    throw new S2LiteError("invalid", "this server does not encrypt streams: stream_cipher must be null");
}

/** What says something, or null. */
function normal(config: PartialStreamConfig | null): PartialStreamConfig | null {
  return config === null || isEmptyStreamConfig(config) ? null : config;
}

/** Parses a basin's config. Throws `bad_json`; then `invalid` for an age of 0, or a cipher. */
export function parseBasinConfig(value: unknown): BasinConfig {
  const object = asObject(value, "config");
  const cipher = optional(object.stream_cipher, "stream_cipher", parseCipher);
  const defaults = optional(object.default_stream_config, "default_stream_config", parseStreamConfig);
  const config = {
    default_stream_config: normal(defaults),
    stream_cipher: null,
    create_stream_on_append: parseFlag(object, "create_stream_on_append") ?? false,
    create_stream_on_read: parseFlag(object, "create_stream_on_read") ?? false,
  };
  if (defaults !== null) checkStreamConfig(defaults);
  refuseCipher(cipher);
  return config;
}

/** Parses a change to a basin's config. Throws as `parseBasinConfig` does. */
export function parseBasinConfigChange(value: unknown): BasinConfigChange {
  const object = asObject(value, "the body");
  const cipher = optional(object.stream_cipher, "stream_cipher", parseCipher);
  const wanted = {
    default_stream_config: change(
      object.default_stream_config,
      "default_stream_config",
      parseStreamConfigChange,
    ),
    create_stream_on_append: parseFlag(object, "create_stream_on_append"),
    create_stream_on_read: parseFlag(object, "create_stream_on_read"),
  };
  if (wanted.default_stream_config) checkStreamConfig(wanted.default_stream_config);
  refuseCipher(cipher);
  return wanted;
}

/** Applies a change; what it clears is null in the result. */
export function applyBasinConfigChange(current: BasinConfig, wanted: BasinConfigChange): BasinConfig {
  const { default_stream_config: defaults } = wanted;
  const before = current.default_stream_config;
  const after = defaults ? applyStreamConfigChange(before ?? EMPTY_STREAM_CONFIG, defaults) : defaults;
  return {
    default_stream_config: after === undefined ? before : normal(after),
    stream_cipher: null,
    create_stream_on_append: wanted.create_stream_on_append ?? current.create_stream_on_append,
    create_stream_on_read: wanted.create_stream_on_read ?? current.create_stream_on_read,
  };
}

/** A basin's config as it is told: with seconds exactly. For `jsonText`. */
export function basinConfigJson(config: BasinConfig): unknown {
  const defaults = config.default_stream_config;
  return { ...config, default_stream_config: defaults && streamConfigJson(defaults) };
}
