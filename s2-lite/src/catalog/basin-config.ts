import { S2LiteError } from "../errors.js";
import { asBoolean, asObject, asString, badJson, change, optional } from "../wire/json-fields.js";
import {
  applyStreamConfigChange,
  EMPTY_STREAM_CONFIG,
  isEmptyStreamConfig,
  type PartialStreamConfig,
  parseStreamConfig,
  parseStreamConfigChange,
} from "./stream-config.js";

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

function flag(value: unknown, what: string): boolean {
  return value === undefined ? false : asBoolean(value, what);
}

function parseCipher(value: unknown, what: string): null {
  const cipher = asString(value, what);
  if (cipher !== "aegis-256" && cipher !== "aes-256-gcm") throw badJson(`${what} is not a known cipher`);
  throw new S2LiteError("invalid", "this server does not encrypt streams: stream_cipher must be null");
}

/** Parses a basin's config. Throws `bad_json`, or `invalid` for a cipher: this server has none. */
export function parseBasinConfig(value: unknown): BasinConfig {
  const object = asObject(value, "config");
  const defaults = optional(object.default_stream_config, "default_stream_config", parseStreamConfig);
  return {
    default_stream_config: defaults === null || isEmptyStreamConfig(defaults) ? null : defaults,
    stream_cipher: optional(object.stream_cipher, "stream_cipher", parseCipher),
    create_stream_on_append: flag(object.create_stream_on_append, "create_stream_on_append"),
    create_stream_on_read: flag(object.create_stream_on_read, "create_stream_on_read"),
  };
}

/** Parses a change to a basin's config and applies it. Throws as `parseBasinConfig` does. */
export function changeBasinConfig(current: BasinConfig, value: unknown): BasinConfig {
  const object = asObject(value, "config");
  const wanted = change(object.default_stream_config, "default_stream_config", parseStreamConfigChange);
  const defaults =
    wanted === undefined
      ? current.default_stream_config
      : wanted === null
        ? null
        : applyStreamConfigChange(current.default_stream_config ?? EMPTY_STREAM_CONFIG, wanted);
  optional(object.stream_cipher, "stream_cipher", parseCipher);
  const keep = (field: unknown, was: boolean, what: string) =>
    field === undefined ? was : asBoolean(field, what);
  return {
    default_stream_config: defaults === null || isEmptyStreamConfig(defaults) ? null : defaults,
    stream_cipher: null,
    create_stream_on_append: keep(
      object.create_stream_on_append,
      current.create_stream_on_append,
      "create_stream_on_append",
    ),
    create_stream_on_read: keep(
      object.create_stream_on_read,
      current.create_stream_on_read,
      "create_stream_on_read",
    ),
  };
}
