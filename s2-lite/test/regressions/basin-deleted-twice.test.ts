/*
 * Cause: the deletion of a basin went by its name. When its last write was stored although it seemed to fail, it was
 * tried again, and took along a basin that had been given the name since, streams and all.
 */
import { expect, it } from "vitest";
import { EMPTY_BASIN_CONFIG } from "../../src/catalog/basin-config.js";
import { BACKGROUND_RETRY_MS } from "../../src/limits.js";
import { openEngine, streamConfig } from "../support/engine.js";
import { eventually, temporaryFolder } from "../support/server.js";

const NAME = "another-basin";

it("leaves a basin alone that has the name of one whose deletion seemed to fail", async () => {
  let fails = false;
  const engine = await openEngine(await temporaryFolder(), Date.now, async () => {
    if (fails) throw new Error("the disk is gone for a moment");
  });
  const { basins, streams, background, logged } = engine;
  const [{ id }] = await basins.ensure(NAME, EMPTY_BASIN_CONFIG);
  await basins.markDeleted(NAME);
  fails = true;
  background.deleteBasin(NAME, id);
  await eventually(async () => expect(logged).toHaveLength(1));
  fails = false;
  expect(basins.find(NAME)).toBeUndefined();
  await basins.ensure(NAME, EMPTY_BASIN_CONFIG);
  await streams.ensure(NAME, "s", streamConfig({}));
  await new Promise((resolve) => setTimeout(resolve, BACKGROUND_RETRY_MS + 1_000));
  expect(streams.list(NAME, "", undefined, 10).items.map(({ name }) => name)).toEqual(["s"]);
  expect(logged).toHaveLength(1);
  await engine.close();
}, 30_000);
