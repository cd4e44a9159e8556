import type { AppendChannel, S2Port } from "../../src/s2-port.js";
import { S2Failure } from "../../src/s2-port.js";

/** Counts what is read. */
export interface ReadCount {
  calls: number;
  records: number;
}

/** A port that counts calls and records of unary reads. */
export const counting =
  (count: ReadCount) =>
  (port: S2Port): S2Port => ({
    ...port,
    read: async (...args) => {
      const records = await port.read(...args);
      count.calls += 1;
      count.records += records.length;
      return records;
    },
  });

/** What happens to a batch: it goes through; it is appended but never acked; it never reaches S2. */
export type Fate = "through" | "ack lost" | "never sent";

/** A port whose append sessions do to each batch what `fate` says. After a failure the session is dead, as in S2. */
export const faulty =
  (fate: (stream: string) => Fate) =>
  (port: S2Port): S2Port => ({
    ...port,
    openAppends: (stream): AppendChannel => {
      const channel = port.openAppends(stream);
      let dead: S2Failure | undefined;
      return {
        ...channel,
        submit: async (batch) => {
          if (dead !== undefined) throw dead;
          const what = fate(stream);
          if (what === "through") return channel.submit(batch);
          dead = new S2Failure("unavailable", what);
          if (what === "ack lost") await channel.submit(batch);
          throw dead;
        },
      };
    },
  });
