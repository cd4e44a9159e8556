import type { Committer } from "../store/committer.js";
import type { StreamRegistry } from "../stream/registry.js";
import { gauge, type Metric } from "./exposition.js";

/** What a server has to do at this moment. */
export function loadMetrics(load: {
  readonly committer: Committer;
  readonly registry: StreamRegistry;
  readonly requests: number;
}): Metric[] {
  const { committer, registry, requests } = load;
  return [
    gauge("s2_lite_requests_in_progress", "Requests under way, sessions among them.", requests),
    gauge("s2_lite_in_flight_bytes", "Metered bytes accepted and not yet durable.", committer.inFlightBytes),
    gauge("s2_lite_streams_in_memory", "Streams in use, or used a short while ago.", registry.size),
    gauge("s2_lite_followers", "Reads that wait for new records.", registry.followers),
  ];
}
