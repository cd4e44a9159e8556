import {
  AppendInput,
  AppendRecord,
  FencingTokenMismatchError,
  RangeNotSatisfiableError,
  type S2Stream,
  SeqNumMismatchError,
} from "@s2-dev/streamstore";
import { type Asked, type Call, History, type Told } from "./history.js";

type AskedAppend = Asked & { readonly op: "append" };

/** Appends that a session has in flight at most. */
const IN_FLIGHT = 4;
/** Most records that one unary read answers: a history stays below it, so that a read shows the whole log. */
const MAX_RECORDS = 900;

const pick = (below: number): number => Math.floor(Math.random() * below);
const chance = (of: number): boolean => Math.random() < of;

/** Clients that append to one stream, read it and ask for its tail, all at once; their history is kept. */
export class HistoryClients {
  readonly history = new History();
  /** What a server that is up must not answer. */
  readonly unexpected: string[] = [];
  readonly #name: string;
  #ids = 0;
  #records = 0;
  /** What some client heard last: conditions are made of it, right or stale. */
  #heardTail = 0;
  #heardFence = "";
  #falling = false;

  constructor(name: string) {
    this.#name = name;
  }

  /** Runs `unary` clients, a session and a follower until the server ends or the log is full. */
  async run(stream: S2Stream, unary: number): Promise<void> {
    this.#falling = false;
    const clients = Array.from({ length: unary }, (_, index) =>
      this.#unary(stream, `${this.#name}.${index}`),
    );
    const following = this.#follower(stream).catch(() => undefined); // it ends with the server
    await Promise.all([...clients, this.#session(stream)]);
    this.expectFall();
    await following;
  }

  /** The server is about to be ended: failures say nothing from now on. */
  expectFall(): void {
    this.#falling = true;
  }

  /** The server is gone. */
  fell(): void {
    this.history.crash();
  }

  get #on(): boolean {
    return !this.#falling && this.#records < MAX_RECORDS;
  }

  async #unary(stream: S2Stream, client: string): Promise<void> {
    while (this.#on) {
      const kind = pick(10);
      if (kind < 5) await this.#append(stream, client);
      else if (kind < 8) await this.#read(stream, client);
      else await this.#tail(stream, client);
    }
  }

  async #append(stream: S2Stream, client: string): Promise<void> {
    const setsFence = chance(0.1) ? `t${this.#ids}` : undefined;
    const asked = this.#ask({
      setsFence,
      fencingToken: chance(0.4) ? this.#heardFence : undefined,
      matchSeqNum: chance(0.4) ? this.#heardTail : undefined,
    });
    const call = this.history.call(client, asked);
    try {
      this.#acked(call, asked, await stream.append(toInput(asked)));
    } catch (error) {
      this.#failed(call, error);
    }
  }

  async #read(stream: S2Stream, client: string): Promise<void> {
    const from = chance(0.5) ? 0 : pick(this.#heardTail + 1);
    const call = this.history.call(client, { op: "read" });
    try {
      const { records } = await stream.read({ start: { from: { seqNum: from } } });
      call.returns({ as: "records", from, records: records.map(textOf), toTail: true });
      if (records.some(({ seqNum }, index) => seqNum !== from + index))
        this.unexpected.push(`a read from ${from} has other numbers`);
    } catch (error) {
      this.#failed(call, error);
    }
  }

  async #tail(stream: S2Stream, client: string): Promise<void> {
    const call = this.history.call(client, { op: "tail" });
    try {
      const { tail } = await stream.checkTail();
      this.#heardTail = tail.seqNum;
      call.returns({ as: "tail", seqNum: tail.seqNum });
    } catch (error) {
      this.#failed(call, error);
    }
  }

  async #session(stream: S2Stream): Promise<void> {
    const client = `${this.#name}.session`;
    const session = await stream.appendSession();
    const open: Promise<void>[] = [];
    while (this.#on) {
      const asked = this.#ask({ setsFence: undefined, fencingToken: undefined, matchSeqNum: undefined });
      const call = this.history.call(client, asked);
      try {
        const ticket = await session.submit(toInput(asked));
        open.push(
          ticket.ack().then(
            (ack) => this.#acked(call, asked, ack),
            (error: unknown) => this.#failed(call, error),
          ),
        );
      } catch (error) {
        this.#failed(call, error);
        break;
      }
      if (open.length >= IN_FLIGHT) await open.shift();
    }
    await Promise.all(open);
    await session.close().catch((error: unknown) => {
      if (!this.#falling) this.unexpected.push(`closing a session: ${String(error)}`);
    });
  }

  /** Follows from the start; what it is shown must have been there by then. */
  async #follower(stream: S2Stream): Promise<void> {
    const since = this.history.now();
    const session = await stream.readSession({ start: { from: { seqNum: 0 } } });
    const reader = session.getReader();
    const stopped = this.#untilStopped();
    for (let expected = 0; ; expected++) {
      const read = await Promise.race([reader.read(), stopped]);
      if (read === undefined || read.done) break;
      if (read.value.seqNum !== expected)
        this.unexpected.push(`a follower was shown ${read.value.seqNum} after ${expected - 1}`);
      this.history.seen(`${this.#name}.follower`, since, read.value.seqNum, [textOf(read.value)]);
    }
    await reader.cancel();
  }

  /** Resolves when the clients have stopped. */
  async #untilStopped(): Promise<undefined> {
    while (this.#on) await new Promise((resolve) => setTimeout(resolve, 5));
    return undefined;
  }

  #ask(conditions: Pick<AskedAppend, "setsFence" | "fencingToken" | "matchSeqNum">): AskedAppend {
    const id = this.#ids++;
    const records = Array.from({ length: 1 + pick(3) }, (_, part) => `${this.#name} ${id} ${part}`);
    if (conditions.setsFence !== undefined) records.push(`fence ${conditions.setsFence}`);
    this.#records += records.length;
    return { op: "append", records, ...conditions };
  }

  #acked(call: Call, asked: AskedAppend, ack: Awaited<ReturnType<S2Stream["append"]>>): void {
    this.#heardTail = ack.end.seqNum;
    if (asked.setsFence !== undefined) this.#heardFence = asked.setsFence;
    call.returns({ as: "acked", start: ack.start.seqNum, end: ack.end.seqNum });
    if (ack.tail.seqNum < ack.end.seqNum) this.unexpected.push("an ack's tail is below its end");
  }

  /** A refusal is an answer; any other failure leaves it open, and only a fall may bring one. */
  #failed(call: Call, error: unknown): void {
    const told = refusal(error);
    if (told?.as === "number mismatch") this.#heardTail = told.next;
    if (told?.as === "fence mismatch") this.#heardFence = told.current;
    if (told !== undefined) call.returns(told);
    else if (!this.#falling) this.unexpected.push(String(error));
  }
}

function refusal(error: unknown): Told | undefined {
  if (error instanceof FencingTokenMismatchError)
    return { as: "fence mismatch", current: error.expectedFencingToken };
  if (error instanceof SeqNumMismatchError) return { as: "number mismatch", next: error.expectedSeqNum };
  if (error instanceof RangeNotSatisfiableError && error.tail !== undefined)
    return { as: "tail", seqNum: error.tail.seqNum };
  return undefined;
}

function toInput({
  records,
  setsFence,
  fencingToken,
  matchSeqNum,
}: AskedAppend): ReturnType<typeof AppendInput.create> {
  const inputs = records.map((body) =>
    setsFence !== undefined && body === `fence ${setsFence}`
      ? AppendRecord.fence(setsFence)
      : AppendRecord.string({ body }),
  );
  return AppendInput.create(inputs, {
    ...(fencingToken === undefined ? {} : { fencingToken }),
    ...(matchSeqNum === undefined ? {} : { matchSeqNum }),
  });
}

function textOf({
  body,
  headers,
}: {
  readonly body?: string;
  readonly headers?: readonly unknown[];
}): string {
  return headers !== undefined && headers.length > 0 ? `fence ${body ?? ""}` : (body ?? "");
}
