import { EMPTY_BASIN_CONFIG } from "../../src/catalog/basin-config.js";
import type { PartialStreamConfig } from "../../src/catalog/stream-config.js";
import { checkInput } from "../../src/stream/check-input.js";
import { NO_HEADERS } from "../../src/stream/records.js";
import { openEngine } from "./engine.js";
import { BASIN } from "./server.js";

/** How many streams are made side by side. */
const AT_ONCE = 500;

/** Makes a folder with many streams of one record each, through everything of a server but HTTP. */
export async function seedStreams(
  dir: string,
  names: readonly string[],
  config: PartialStreamConfig,
  nowMs: number,
): Promise<void> {
  const engine = await openEngine(dir, () => nowMs);
  await engine.basins.ensure(BASIN, EMPTY_BASIN_CONFIG);
  const records = [{ timestamp: undefined, headers: NO_HEADERS, body: Buffer.from("one") }];
  const checked = checkInput({ records, matchSeqNum: undefined, fencingToken: undefined });
  for (let at = 0; at < names.length; at += AT_ONCE)
    await Promise.all(
      names.slice(at, at + AT_ONCE).map(async (name) => {
        await engine.streams.ensure(BASIN, name, config);
        const state = await engine.streams.open(BASIN, name, "append", undefined);
        await new Promise<void>((resolve, reject) => {
          state.append(checked, (error) => (error === undefined ? resolve() : reject(error)));
        });
      }),
    );
  await engine.close();
}
