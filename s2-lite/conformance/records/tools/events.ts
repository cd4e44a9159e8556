import { equal } from "node:assert/strict";
import type { BasinClient } from "../../basin-client.js";
import type { H2Call } from "../../http2.js";
import type { JsonRecord } from "./stream.js";

/** A server-sent event. */
export interface SeenEvent {
  readonly event: string | undefined;
  readonly id: string | undefined;
  readonly data: string;
}

/** Takes events apart as S2 writes them: `event`, `id` and `data` in this order, one line each. */
export function eventsOf(text: string): SeenEvent[] {
  const whole = text.slice(0, text.lastIndexOf("\n\n") + 2);
  return whole
    .split("\n\n")
    .filter((block) => block !== "")
    .map((block) => {
      const found = /^(?:event: (.*)\n)?(?:id: (.*)\n)?data: (.*)$/.exec(block);
      if (found === null) throw new Error(`not an event of S2's: ${JSON.stringify(block)}`);
      return { event: found[1], id: found[2], data: found[3] ?? "" };
    });
}

/** A read over server-sent events. */
export class EventRead {
  readonly call: H2Call;

  private constructor(call: H2Call) {
    this.call = call;
  }

  /** Begins one on the records at `path`, with its query. */
  static begin(basin: BasinClient, path: string, headers: Readonly<Record<string, string>> = {}): EventRead {
    const call = basin.begin("GET", path, { headers: { accept: "text/event-stream", ...headers } });
    call.stream.end();
    return new EventRead(call);
  }

  /** Goes away without a word. */
  close(): void {
    this.call.stream.destroy();
  }

  get events(): SeenEvent[] {
    return eventsOf(this.call.bytes.toString("utf8"));
  }

  /** The ids of batches so far. */
  get ids(): string[] {
    return this.events.flatMap((event) => (event.event === "batch" ? [event.id ?? ""] : []));
  }

  /** The records of all batches so far. */
  get records(): JsonRecord[] {
    return this.events.flatMap(({ event, data }) =>
      event === "batch" ? (JSON.parse(data) as { records: JsonRecord[] }).records : [],
    );
  }

  /** Resolves when there is an event of this name. */
  async event(name: string): Promise<SeenEvent> {
    const find = () => this.events.find((event) => event.event === name);
    await this.call.until(() => find() !== undefined || this.call.ended);
    const found = find();
    if (found === undefined) throw new Error(`no ${name}: ${this.call.status} ${this.call.bytes.toString()}`);
    return found;
  }

  /** Resolves when it ended; the names of all events, `done` for the last one. */
  async names(): Promise<(string | undefined)[]> {
    await this.call.until((call) => call.ended);
    equal(this.call.status, 200, this.call.bytes.toString());
    return this.events.map((event) => (event.data === "[DONE]" ? "done" : event.event));
  }
}
