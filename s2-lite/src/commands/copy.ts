import type { CopyConfig } from "../config.js";
import { copyBasin } from "../copy/copy-basin.js";
import { Endpoint } from "../copy/endpoint.js";
import { CopyProgress } from "../copy/progress.js";
import { S2Client } from "../copy/s2-client.js";
import { COPY_PROGRESS_MS } from "../limits.js";

/**
 * Copies basins and streams from one endpoint to another. Says on standard error what somebody must know, and
 * on standard output in one line of JSON what it came to. Resolves with 0 when the target has everything, with
 * 1 when something is left to do. Throws when an endpoint cannot be reached at all.
 */
export async function copy(config: CopyConfig, log: (line: string) => void): Promise<number> {
  const source = new S2Client(new Endpoint(config.from));
  const target = new S2Client(new Endpoint(config.to));
  const progress = new CopyProgress(log);
  const telling = setInterval(() => progress.tell(), COPY_PROGRESS_MS);
  try {
    for await (const basin of basinsOf(source, config)) {
      const toBasin = config.toBasin ?? basin;
      const { prefix } = config;
      const refused = await copyBasin({ source, target, basin, toBasin, prefix, listener: progress });
      if (refused !== undefined) progress.basinRefused(basin, refused);
    }
  } finally {
    clearInterval(telling);
  }
  progress.tell();
  process.stdout.write(`${JSON.stringify(progress.summary)}\n`);
  return progress.complete ? 0 : 1;
}

async function* basinsOf(source: S2Client, { basin }: CopyConfig): AsyncGenerator<string> {
  if (basin !== undefined) yield basin;
  else for await (const listed of source.basins()) if (!listed.deleting) yield listed.name;
}
