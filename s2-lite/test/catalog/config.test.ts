import { describe, expect, it } from "vitest";
import {
  applyBasinConfigChange,
  type BasinConfig,
  basinConfigJson,
  EMPTY_BASIN_CONFIG,
  parseBasinConfig,
  parseBasinConfigChange,
} from "../../src/catalog/basin-config.js";
import {
  applyStreamConfigChange,
  EMPTY_STREAM_CONFIG,
  resolveStreamConfig,
  SYSTEM_STREAM_CONFIG,
} from "../../src/catalog/stream-config.js";
import {
  checkStreamConfig,
  parseStreamConfig,
  parseStreamConfigChange,
  streamConfigJson,
} from "../../src/catalog/stream-config-json.js";
import { toS2LiteError } from "../../src/errors.js";
import { jsonText } from "../../src/wire/json-text.js";

const changeBasinConfig = (current: BasinConfig, wanted: unknown): BasinConfig =>
  applyBasinConfigChange(current, parseBasinConfigChange(wanted));

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return toS2LiteError(error).code;
  }
  return "none";
}

describe("a stream's config", () => {
  it("resolves its own over the basin's over S2's", () => {
    const own = parseStreamConfig({ timestamping: { mode: "arrival" }, retention_policy: { infinite: {} } });
    const basin = parseStreamConfig({ timestamping: { mode: "client-require", uncapped: true } });
    expect(resolveStreamConfig(own, basin)).toEqual({
      storage_class: "express",
      retention_policy: { infinite: {} },
      timestamping: { mode: "arrival", uncapped: true },
      delete_on_empty: { min_age_secs: 0 },
    });
    expect(resolveStreamConfig(EMPTY_STREAM_CONFIG, null)).toEqual(SYSTEM_STREAM_CONFIG);
  });

  it("keeps an explicit zero over the basin's delete-on-empty", () => {
    const basin = parseStreamConfig({ delete_on_empty: { min_age_secs: 60 } });
    expect(resolveStreamConfig(parseStreamConfig({ delete_on_empty: {} }), basin).delete_on_empty).toEqual({
      min_age_secs: 0,
    });
    expect(resolveStreamConfig(parseStreamConfig({}), basin).delete_on_empty).toEqual({ min_age_secs: 60 });
  });

  it("takes an empty timestamping as absent, and any storage class", () => {
    expect(parseStreamConfig({ timestamping: {} })).toEqual(EMPTY_STREAM_CONFIG);
    expect(parseStreamConfig({ storage_class: "" }).storage_class).toBe("");
  });

  it("is refused in the ways S2 refuses it", () => {
    expect(codeOf(() => checkStreamConfig(parseStreamConfig({ retention_policy: { age: 0 } })))).toBe(
      "invalid",
    );
    expect(codeOf(() => parseStreamConfig({ retention_policy: { age: 1.5 } }))).toBe("bad_json");
    expect(codeOf(() => parseStreamConfig({ retention_policy: "infinite" }))).toBe("bad_json");
    expect(codeOf(() => parseStreamConfig({ retention_policy: { infinite: null } }))).toBe("bad_json");
    expect(codeOf(() => parseStreamConfig({ timestamping: { mode: "sometimes" } }))).toBe("bad_json");
    expect(codeOf(() => parseStreamConfig({ delete_on_empty: { min_age_secs: null } }))).toBe("bad_json");
    expect(codeOf(() => parseStreamConfig([]))).toBe("bad_json");
  });

  it("changes by absent (keep), null (clear) and object (recurse)", () => {
    const current = resolveStreamConfig(
      parseStreamConfig({ timestamping: { mode: "arrival", uncapped: true }, retention_policy: { age: 5 } }),
    );
    const basin = parseStreamConfig({
      timestamping: { mode: "client-require" },
      retention_policy: { age: 9 },
    });
    const change = (value: unknown) =>
      resolveStreamConfig(applyStreamConfigChange(current, parseStreamConfigChange(value)), basin);
    expect(change({})).toEqual(current);
    expect(change({ timestamping: {} })).toEqual(current);
    expect(change({ retention_policy: null }).retention_policy).toEqual({ age: 9 });
    expect(change({ timestamping: { mode: null } }).timestamping).toEqual({
      mode: "client-require",
      uncapped: true,
    });
    expect(change({ timestamping: null }).timestamping).toEqual({ mode: "client-require", uncapped: false });
    expect(change({ delete_on_empty: { min_age_secs: 7 } }).delete_on_empty).toEqual({ min_age_secs: 7 });
  });
});

describe("a basin's config", () => {
  it("is raw, with nulls, and empty defaults become null", () => {
    expect(parseBasinConfig({ default_stream_config: { timestamping: {} } })).toEqual(EMPTY_BASIN_CONFIG);
    expect(
      parseBasinConfig({ default_stream_config: { delete_on_empty: {} } }).default_stream_config,
    ).toEqual({
      storage_class: null,
      retention_policy: null,
      timestamping: null,
      delete_on_empty: { min_age_secs: 0 },
    });
  });

  it("refuses a cipher, and null for the flags", () => {
    expect(codeOf(() => parseBasinConfig({ stream_cipher: "aegis-256" }))).toBe("invalid");
    expect(codeOf(() => parseBasinConfig({ stream_cipher: "rot13" }))).toBe("bad_json");
    expect(codeOf(() => parseBasinConfig({ create_stream_on_append: null }))).toBe("bad_json");
    expect(codeOf(() => parseBasinConfigChange({ create_stream_on_read: null }))).toBe("bad_json");
  });

  it("changes inside its defaults", () => {
    const current = parseBasinConfig({
      create_stream_on_append: true,
      default_stream_config: { retention_policy: { age: 5 } },
    });
    const changed = changeBasinConfig(current, { default_stream_config: { storage_class: "standard" } });
    expect(changed.create_stream_on_append).toBe(true);
    expect(changed.default_stream_config).toMatchObject({
      storage_class: "standard",
      retention_policy: { age: 5 },
    });
    expect(changeBasinConfig(changed, { default_stream_config: null }).default_stream_config).toBeNull();
  });

  it("says what is not well formed before what cannot be", () => {
    const age = { retention_policy: { age: 0 } };
    expect(codeOf(() => parseBasinConfig({ default_stream_config: age, stream_cipher: 1 }))).toBe("bad_json");
    expect(codeOf(() => parseBasinConfig({ default_stream_config: age }))).toBe("invalid");
    expect(codeOf(() => parseBasinConfigChange({ default_stream_config: age }))).toBe("invalid");
  });
});

describe("seconds above 2^53", () => {
  const most = 2n ** 64n - 1n;
  const config = parseStreamConfig({
    retention_policy: { age: most },
    delete_on_empty: { min_age_secs: most },
  });

  it("are told exactly, also of what was stored", () => {
    const stored = JSON.parse(JSON.stringify(config)) as typeof config;
    expect(jsonText(streamConfigJson(stored))).toBe(
      `{"storage_class":null,"retention_policy":{"age":${most}},"timestamping":null,"delete_on_empty":{"min_age_secs":${most}}}`,
    );
    const basin = parseBasinConfig({ default_stream_config: { delete_on_empty: { min_age_secs: most } } });
    expect(jsonText(basinConfigJson(basin))).toContain(`{"min_age_secs":${most}}`);
  });

  it("are rounded for arithmetic, and differ from their neighbours", () => {
    expect(resolveStreamConfig(config).retention_policy).toMatchObject({ age: 2 ** 64 });
    expect(parseStreamConfig({ retention_policy: { age: most - 1n } })).not.toEqual(
      parseStreamConfig({ retention_policy: { age: most } }),
    );
  });
});
