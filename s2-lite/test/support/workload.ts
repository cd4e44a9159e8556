import { AppendInput, AppendRecord, type S2, type S2Basin } from "@s2-dev/streamstore";
import {
  type Append,
  currentLife,
  type Ledger,
  type Life,
  type NamedStream,
  newLife,
  type Step,
  step,
} from "./ledger.js";
import { currentFence, lastEnd, settleStream } from "./ledger-settling.js";
import { json } from "./raw.js";
import { sdk } from "./server.js";
import type { Audit } from "./store-audit.js";
import { composeAppend, toInput } from "./workload-appends.js";

/** Streams with one writer each, created and deleted by name. */
const OWNED = "owned-basin";
/** Streams that appear when they are first appended to, with several writers each. */
const CROWDED = "crowded-basin";

/** Writers of each kind. */
export interface WorkloadSize {
  /** Sessions on a stream of their own: fences, trims, config changes, deletions, recreations. */
  readonly owners: number;
  /** Unary appends with match_seq_num on a stream of their own. */
  readonly matchers: number;
  /** Sessions on a stream shared by four writers. */
  readonly sharers: number;
  /** Unary appends, several in flight, on those same streams. */
  readonly unaries: number;
}

/** Fifty writers. */
export const FIFTY: WorkloadSize = { owners: 20, matchers: 10, sharers: 10, unaries: 10 };
/** A dozen writers, for traces that hold every byte written. */
export const DOZEN: WorkloadSize = { owners: 5, matchers: 3, sharers: 2, unaries: 2 };

/** Appends that one writer has in flight at most. */
const IN_FLIGHT = 8;
const SHARED_BY = 4;
/** Records from which a shared stream is trimmed between two runs. */
const TRIM_SHARED_FROM = 1_500;

const pick = (below: number): number => Math.floor(Math.random() * below);
const chance = (of: number): boolean => Math.random() < of;

/** Many writers that do everything at once, and remember what they asked for and heard. */
export class Workload {
  readonly ledger: Ledger;
  /** Answers that a server which is up must not give. */
  readonly unexpected: string[] = [];
  readonly #size: WorkloadSize;
  #acks = 0;
  #lanes = 0;
  #ids = 0;
  #ages = 100_000;
  /** The server is being ended: any answer, and none, is all right from now on. */
  #falling = false;
  #resting = false;

  constructor(size: WorkloadSize) {
    this.#size = size;
    const named = (basin: string, prefix: string, count: number): NamedStream[] =>
      Array.from({ length: count }, (_, index) => ({ basin, name: `${prefix}-${index}`, lives: [] }));
    const shared = Math.ceil((size.sharers + size.unaries) / SHARED_BY);
    this.ledger = {
      streams: [
        ...named(OWNED, "owner", size.owners),
        ...named(OWNED, "matcher", size.matchers),
        ...named(CROWDED, "shared", shared),
      ],
      basins: new Map([
        [OWNED, []],
        [CROWDED, []],
      ]),
    };
  }

  /** Appends that were acknowledged so far. */
  get acks(): number {
    return this.#acks;
  }

  /** Makes the basins: before the first run. */
  async prepare(endpoint: string): Promise<void> {
    for (const [basin, ages] of this.ledger.basins) {
      const age = step(this.#ages++);
      const config = {
        create_stream_on_append: basin === CROWDED,
        default_stream_config: { retention_policy: { age: age.value } },
      };
      await json(endpoint, "POST", "/v1/basins", { basin, config });
      age.heardMs = Date.now();
      ages.push(age);
    }
  }

  /** Runs all writers until `rest` or the server's end; resolves when they have stopped. */
  async run(endpoint: string): Promise<void> {
    this.#falling = false;
    this.#resting = false;
    const s2 = sdk(endpoint);
    const writers: Promise<void>[] = [this.#operator(endpoint)];
    const all = (prefix: string) => this.ledger.streams.filter(({ name }) => name.startsWith(prefix));
    for (const stream of all("owner")) writers.push(this.#owner(endpoint, s2, stream));
    for (const stream of all("matcher")) writers.push(this.#matcher(endpoint, s2, stream));
    const shared = all("shared");
    for (let index = 0; index < this.#size.sharers + this.#size.unaries; index++) {
      const stream = shared[index % shared.length];
      if (stream === undefined) continue;
      if (stream.lives.length === 0) stream.lives.push({ ...newLife(0), ages: [] });
      const basin = s2.basin(CROWDED);
      writers.push(index < this.#size.sharers ? this.#sharer(basin, stream) : this.#unary(basin, stream));
    }
    const ended = await Promise.allSettled(writers);
    if (this.#falling) return;
    for (const one of ended)
      if (one.status === "rejected") this.unexpected.push(`a writer failed: ${String(one.reason)}`);
  }

  /** The server is about to be ended: what writers hear from now on says nothing. */
  expectFall(): void {
    this.#falling = true;
  }

  /** Lets the writers finish what they have begun. */
  rest(): void {
    this.#resting = true;
  }

  get #on(): boolean {
    return !this.#falling && !this.#resting;
  }

  /** Takes what an audit found for what is: nothing is open any more. */
  settle(audit: Audit): void {
    const heardMs = Date.now();
    for (const found of audit.streams) settleStream(found, heardMs);
    for (const [basin, ages] of this.ledger.basins)
      ages.splice(0, ages.length, { value: audit.basinAges.get(basin) ?? 0, sentMs: 0, heardMs });
  }

  /** Trims shared streams that have grown long: only between runs, when everything in them is settled. */
  async trimShared(endpoint: string): Promise<void> {
    for (const stream of this.ledger.streams) {
      const life = currentLife(stream);
      const end = life === undefined ? 0 : lastEnd(life);
      if (stream.basin !== CROWDED || life === undefined || end - life.base.trimPoint < TRIM_SHARED_FROM)
        continue;
      const append = composeAppend(life, `${this.#ids++}`, "between", { trim: end });
      const ack = await sdk(endpoint).basin(CROWDED).stream(stream.name).append(toInput(append, {}));
      this.#heard(life, append, ack);
    }
  }

  async #owner(endpoint: string, s2: S2, stream: NamedStream): Promise<void> {
    while (this.#on) {
      const life = currentLife(stream) ?? (await this.#create(endpoint, stream));
      const session = await s2.basin(OWNED).stream(stream.name).appendSession();
      const lane = `${stream.name}.${this.#lanes++}`;
      const open = new Set<Promise<void>>();
      let config: Promise<void> | undefined;
      let fence = currentFence(life);
      for (let turns = 5 + pick(30); turns > 0 && this.#on; turns--) {
        const token = chance(0.08) ? `f${this.#ids}` : undefined;
        const trim = chance(0.08)
          ? life.base.trimPoint + pick(lastEnd(life) - life.base.trimPoint + 1)
          : undefined;
        const append = composeAppend(life, `${this.#ids++}`, lane, { fence: token, trim });
        const ticket = await session.submit(toInput(append, chance(0.5) ? { fencingToken: fence } : {}));
        fence = token ?? fence;
        const acked = ticket.ack().then((ack) => this.#heard(life, append, ack));
        const settled: Promise<void> = acked.then(() => void open.delete(settled));
        settled.catch(() => undefined); // told when the lane is waited for
        open.add(settled);
        if (open.size >= IN_FLIGHT) await Promise.race(open);
        if (chance(0.05)) {
          const before = config;
          config = (async () => {
            await before;
            await this.#changeAge(endpoint, stream, life);
          })();
          config.catch(() => undefined); // told below
        }
      }
      await Promise.all(open);
      await config;
      await session.close();
      if (this.#on && chance(0.4)) await this.#delete(endpoint, stream, life);
    }
  }

  async #matcher(endpoint: string, s2: S2, stream: NamedStream): Promise<void> {
    const life = currentLife(stream) ?? (await this.#create(endpoint, stream));
    const lane = `${stream.name}.${this.#lanes++}`;
    while (this.#on) {
      const next = lastEnd(life);
      const append = composeAppend(life, `${this.#ids++}`, lane, {
        trim: chance(0.05) ? life.base.trimPoint + pick(next - life.base.trimPoint + 1) : undefined,
      });
      const input = toInput(append, { matchSeqNum: next });
      this.#heard(life, append, await s2.basin(OWNED).stream(stream.name).append(input));
      if (chance(0.05)) await this.#changeAge(endpoint, stream, life);
    }
  }

  async #sharer(basin: S2Basin, stream: NamedStream): Promise<void> {
    const [life] = stream.lives;
    if (life === undefined) return;
    const session = await basin.stream(stream.name).appendSession();
    const lane = `${stream.name}.${this.#lanes++}`;
    let open: Promise<void>[] = [];
    while (this.#on) {
      const append = composeAppend(life, `${this.#ids++}`, lane, {});
      const ticket = await session.submit(toInput(append, {}));
      const acked = ticket.ack().then((ack) => this.#heard(life, append, ack));
      acked.catch(() => undefined); // told when it is waited for
      open.push(acked);
      if (open.length >= IN_FLIGHT) await open.shift();
    }
    await Promise.all(open);
    open = [];
    await session.close();
  }

  async #unary(basin: S2Basin, stream: NamedStream): Promise<void> {
    const [life] = stream.lives;
    if (life === undefined) return;
    const one = async () => {
      while (this.#on) {
        // Several are in flight: their order is the server's choice, so each has a lane of its own.
        const append = composeAppend(life, `${this.#ids++}`, `${stream.name}.${this.#lanes++}`, {});
        this.#heard(life, append, await basin.stream(stream.name).append(toInput(append, {})));
        if (chance(0.1)) await this.#mustBeRefused(basin, stream);
      }
    };
    await Promise.all([one(), one(), one()]);
  }

  /** An append under a wrong fence: it is in no ledger, so its record would be one never sent. */
  async #mustBeRefused(basin: S2Basin, stream: NamedStream): Promise<void> {
    const input = AppendInput.create([AppendRecord.string({ body: "refused" })], { fencingToken: "wrong" });
    const outcome = await basin
      .stream(stream.name)
      .append(input)
      .catch((error: unknown) => error);
    const expected = (outcome as { expectedFencingToken?: string }).expectedFencingToken;
    if (expected !== "" && !this.#falling) this.unexpected.push(`a wrong fence: ${String(outcome)}`);
  }

  /** Changes the basins' configs, over and over. */
  async #operator(endpoint: string): Promise<void> {
    while (this.#on) {
      for (const [basin, ages] of this.ledger.basins) {
        const age = step(this.#ages++);
        ages.push(age);
        const config = { default_stream_config: { retention_policy: { age: age.value } } };
        await this.#control(endpoint, "PATCH", `/v1/basins/${basin}`, config, {}, age);
      }
      await new Promise((resolve) => setTimeout(resolve, 20)); // a pace, not a wait
    }
  }

  async #create(endpoint: string, stream: NamedStream): Promise<Life> {
    const age = this.#ages++;
    const life = newLife(age);
    stream.lives.push(life);
    const body = { stream: stream.name, config: { retention_policy: { age } } };
    const headers = { "s2-basin": stream.basin };
    // Until the stream that had the name is gone.
    while ((await this.#control(endpoint, "POST", "/v1/streams", body, headers, life.created, [409])) === 409)
      await new Promise((resolve) => setTimeout(resolve, 5));
    for (const first of life.ages) first.heardMs = life.created.heardMs;
    return life;
  }

  async #delete(endpoint: string, stream: NamedStream, life: Life): Promise<void> {
    const deleted = step(undefined);
    life.deleted = deleted;
    const path = `/v1/streams/${stream.name}`;
    await this.#control(endpoint, "DELETE", path, undefined, { "s2-basin": stream.basin }, deleted);
  }

  async #changeAge(endpoint: string, stream: NamedStream, life: Life): Promise<void> {
    const age = step(this.#ages++);
    life.ages.push(age);
    const body = { retention_policy: { age: age.value } };
    const path = `/v1/streams/${stream.name}`;
    await this.#control(endpoint, "PATCH", path, body, { "s2-basin": stream.basin }, age);
  }

  async #control(
    endpoint: string,
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
    done: Step<unknown>,
    expected: readonly number[] = [],
  ): Promise<number> {
    const answer = await json(endpoint, method, path, body, headers);
    if (answer.status < 300) done.heardMs = Date.now();
    else if (!expected.includes(answer.status))
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.status;
  }

  #heard(
    life: Life,
    append: Append,
    ack: Awaited<ReturnType<ReturnType<S2Basin["stream"]>["append"]>>,
  ): void {
    const place = ({ seqNum, timestamp }: typeof ack.start) => ({ seqNum, timestamp: timestamp.getTime() });
    append.ack = { start: place(ack.start), end: place(ack.end), heardMs: Date.now() };
    if (ack.end.seqNum - ack.start.seqNum !== append.records.length || ack.tail.seqNum < ack.end.seqNum)
      this.unexpected.push(`append ${append.id} has a strange ack: ${JSON.stringify(ack)}`);
    life.created.heardMs ??= Date.now(); // a stream that appeared with it
    this.#acks++;
  }
}
