import { decodeScreenBody, type ScreenEvent } from "@reeltime/recorder/protocol";
import { onTestFinished } from "vitest";
import { type Collector, startCollector } from "../../../sdk-browser/test/collector.js";
import { createDesktopRecorder } from "../../src/recorder/desktop-recorder.js";
import type { Host } from "../../src/recorder/host.js";
import type { Recorder, RecorderOptions, Trouble } from "../../src/types.js";

/** A recorder and the collector in memory that it sends to. */
export interface Collected<Made extends Recorder = Recorder> {
  readonly recorder: Made;
  readonly collector: Collector;
  /** All that the recorder told of that does not work, in its order. */
  readonly troubles: Trouble[];
}

/** Makes a recorder without a spool, not started yet; it is stopped, and then its collector, when the test is over. */
export async function collectedBy<Made extends Recorder>(
  create: (options: RecorderOptions) => Made,
  options: Partial<RecorderOptions> = {},
): Promise<Collected<Made>> {
  const collector = await startCollector();
  const troubles: Trouble[] = [];
  const recorder = create({
    projectKey: "pk_test",
    apiHost: collector.origin,
    spoolFolder: false,
    onTrouble: (trouble) => troubles.push(trouble),
    ...options,
  });
  onTestFinished(async () => {
    await recorder.stop();
    await collector.stop();
  });
  return { recorder, collector, troubles };
}

/** The recorder of an app of Node's with such a host; see `collectedBy`. */
export const collected = (host: Host, options?: Partial<RecorderOptions>): Promise<Collected> =>
  collectedBy((given) => createDesktopRecorder(given, host), options);

/** Everything that a collector has of screens, in the order it came. */
export const screenEvents = ({ frames }: Collector): readonly ScreenEvent[] =>
  frames
    .filter(({ kind }) => kind === "screen")
    .flatMap(({ body, firstMs }) => decodeScreenBody(body, firstMs));
