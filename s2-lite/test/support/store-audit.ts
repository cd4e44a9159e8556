import {
  type Append,
  isHeard,
  type Ledger,
  type Life,
  type Moment,
  type NamedStream,
  type Place,
  possible,
  possibleLives,
  type SentRecord,
} from "./ledger.js";
import { json } from "./raw.js";
import { eventually } from "./server.js";

/** Where an append was found. */
export interface FoundAppend {
  readonly append: Append;
  readonly start: Place;
  readonly end: Place;
}

/** A name as a store has it. */
export interface FoundStream {
  readonly stream: NamedStream;
  /** The life that goes on, if one does. */
  readonly life: Life | undefined;
  /** Its appends that are there, also those trimmed since; by id. */
  readonly appends: ReadonlyMap<string, FoundAppend>;
  readonly fence: string;
  readonly trimPoint: number;
  readonly age: number;
}

/** What a store has, and everything in which it differs from what it must. */
export interface Audit {
  readonly streams: readonly FoundStream[];
  readonly basinAges: ReadonlyMap<string, number>;
  readonly violations: readonly string[];
  /** Records that were read. */
  readonly records: number;
}

interface ReadRecord {
  readonly seqNum: number;
  readonly timestamp: number;
  readonly header: readonly [string, string] | undefined;
  readonly body: Buffer;
}

/**
 * Holds a running server to the ledger as of a moment: every append heard of is there once and whole, with
 * its numbers, times and bodies; nothing is there that was not sent; tails, fences, trim points, configs,
 * creations and deletions are as heard, or as asked for and not heard.
 */
export async function auditStore(endpoint: string, ledger: Ledger, moment: Moment): Promise<Audit> {
  const audits = await Promise.all(
    ledger.streams.map((stream) => new StreamAudit(endpoint, stream, moment).run()),
  );
  const violations = audits.flatMap((audit) => audit.violations);
  const basinAges = new Map<string, number>();
  for (const [basin, ages] of ledger.basins) {
    const { body } = await json(endpoint, "GET", `/v1/basins/${basin}`);
    const age = ageOf((body as { default_stream_config?: unknown }).default_stream_config);
    basinAges.set(basin, age);
    const expected = possible(ages, moment);
    if (expected.length > 0 && !expected.includes(age))
      violations.push(`basin ${basin}: age ${age} instead of ${expected.join(" or ")}`);
  }
  return {
    streams: audits.map((audit) => audit.found),
    basinAges,
    violations,
    records: audits.reduce((sum, audit) => sum + audit.records, 0),
  };
}

/** One stream's part of an audit. */
class StreamAudit {
  readonly #endpoint: string;
  readonly #stream: NamedStream;
  readonly #moment: Moment;
  readonly #violations: string[] = [];
  #records = 0;

  constructor(endpoint: string, stream: NamedStream, moment: Moment) {
    this.#endpoint = endpoint;
    this.#stream = stream;
    this.#moment = moment;
  }

  async run(): Promise<{ found: FoundStream; violations: readonly string[]; records: number }> {
    const { life, tail } = await this.#whichLife();
    const none = { stream: this.#stream, life, appends: new Map(), fence: "", trimPoint: 0, age: 0 };
    const found = life === undefined || tail === undefined ? none : await this.#auditLife(life, tail);
    return { found, violations: this.#violations, records: this.#records };
  }

  #violation(text: string): void {
    this.#violations.push(`${this.#stream.basin}/${this.#stream.name}: ${text}`);
  }

  #call(method: string, path: string, body?: unknown) {
    const headers = { "s2-basin": this.#stream.basin, "s2-format": "base64" };
    return json(this.#endpoint, method, `/v1/streams/${this.#stream.name}${path}`, body, headers);
  }

  async #whichLife(): Promise<{ life: Life | undefined; tail: Place | undefined }> {
    const lives = possibleLives(this.#stream, this.#moment);
    const answer = await this.#call("GET", "/records/tail");
    const said = lives.has(undefined) ? "gone" : "there";
    if (answer.status === 200) {
      const life = [...lives].find((one) => one !== undefined);
      if (life === undefined) this.#violation(`is there, and was ${said}`);
      const { tail } = answer.body as { tail: { seq_num: number; timestamp: number } };
      return { life, tail: { seqNum: tail.seq_num, timestamp: tail.timestamp } };
    }
    if (answer.status !== 404 && answer.status !== 409)
      this.#violation(`its tail is answered with ${answer.status} ${JSON.stringify(answer.body)}`);
    else if (!lives.has(undefined)) this.#violation(`is gone (${answer.status}), and was ${said}`);
    else if (answer.status === 409)
      await eventually(async () => {
        const { status } = await this.#call("GET", "/records/tail");
        if (status !== 404) throw new Error("the deletion is not carried out");
      }).catch((error: unknown) => this.#violation(String(error)));
    return { life: undefined, tail: undefined };
  }

  async #auditLife(life: Life, tail: Place): Promise<FoundStream> {
    const records = await this.#readAll(tail);
    const appends = this.#match(life, records);
    for (const append of life.appends.values()) this.#checkHeard(append, appends, records);
    this.#checkLanes(life, appends);
    const found = [...appends.values()].sort((a, b) => a.start.seqNum - b.start.seqNum);

    let { fence, trimPoint, end } = life.base;
    for (const one of found) {
      if (one.end.seqNum > end.seqNum) end = one.end;
      for (const { effect } of one.append.records) {
        if (effect.kind === "fence") fence = effect.token;
        if (effect.kind === "trim") trimPoint = Math.max(trimPoint, effect.before);
      }
    }
    for (let seqNum = trimPoint; seqNum < tail.seqNum; seqNum++)
      if (!records.has(seqNum)) this.#violation(`record ${seqNum} is missing below the tail ${tail.seqNum}`);
    if (tail.seqNum !== end.seqNum || tail.timestamp !== end.timestamp)
      this.#violation(`the tail is ${JSON.stringify(tail)} instead of ${JSON.stringify(end)}`);
    await this.#checkTrimmed(trimPoint, tail);
    await this.#checkFence(fence);
    const age = await this.#checkAge(life);
    return { stream: this.#stream, life, appends, fence, trimPoint, age };
  }

  /** All records that can be read, by number. They must be in order, and their timestamps too. */
  async #readAll(tail: Place): Promise<Map<number, ReadRecord>> {
    const records = new Map<number, ReadRecord>();
    let [from, latest] = [0, 0];
    while (from < tail.seqNum) {
      const answer = await this.#call("GET", `/records?seq_num=${from}&count=1000`);
      if (answer.status !== 200) {
        this.#violation(
          `reading from ${from} is answered with ${answer.status} ${JSON.stringify(answer.body)}`,
        );
        break;
      }
      const read = (answer.body as { records: Parameters<typeof decode>[0][] }).records.map(decode);
      if (read.length === 0) break;
      for (const record of read) {
        if (record.seqNum < from) this.#violation(`record ${record.seqNum} comes after ${from - 1}`);
        if (record.timestamp < latest) this.#violation(`time goes back at record ${record.seqNum}`);
        records.set(record.seqNum, record);
        [from, latest] = [record.seqNum + 1, record.timestamp];
      }
    }
    this.#records = records.size;
    return records;
  }

  /** Which append each record belongs to; each append must be there once and whole. */
  #match(life: Life, records: ReadonlyMap<number, ReadRecord>): Map<string, FoundAppend> {
    const byStart = new Map<number, Append>();
    for (const append of life.appends.values())
      for (let at = append.ack?.start.seqNum ?? 0; at < (append.ack?.end.seqNum ?? 0); at++)
        byStart.set(at, append);
    const found = new Map<string, FoundAppend>();
    const numbers = [...records.keys()];
    for (let index = 0; index < numbers.length; ) {
      const first = numbers[index] ?? 0;
      const head = records.get(first);
      const id = head?.body.toString("latin1").split(" ")[0] ?? "";
      const append = byStart.get(first) ?? life.appends.get(id);
      if (append === undefined) {
        this.#violation(`record ${first} was never sent, or was refused: ${id.slice(0, 80)}`);
        index++;
        continue;
      }
      // Of the first batch, records may be trimmed: then its place is known from its ack.
      const start = append.ack?.start.seqNum ?? first;
      const end = start + append.records.length;
      if (found.has(append.id)) this.#violation(`append ${append.id} is there twice, again at ${first}`);
      const timestamps: number[] = [];
      for (let seqNum = first; seqNum < end; seqNum++) {
        const record = records.get(seqNum);
        if (record === undefined) this.#violation(`append ${append.id} is torn: ${seqNum} is missing`);
        else if (!isSame(record, append.records[seqNum - start]))
          this.#violation(`record ${seqNum} of append ${append.id} is not as it was sent`);
        if (record !== undefined) timestamps.push(record.timestamp);
      }
      found.set(append.id, {
        append,
        start: {
          seqNum: start,
          timestamp: first === start ? (timestamps[0] ?? 0) : (append.ack?.start.timestamp ?? 0),
        },
        end: { seqNum: end, timestamp: timestamps.at(-1) ?? 0 },
      });
      while (index < numbers.length && (numbers[index] ?? 0) < end) index++;
    }
    return found;
  }

  /** An append that was heard of must be there as it was heard, unless it is trimmed; one never sent cannot. */
  #checkHeard(
    append: Append,
    found: Map<string, FoundAppend>,
    records: ReadonlyMap<number, ReadRecord>,
  ): void {
    const { ack } = append;
    const there = found.get(append.id);
    if (there === undefined) {
      if (ack === undefined || !isHeard(ack.heardMs, this.#moment)) return;
      const [firstLeft = Number.POSITIVE_INFINITY] = records.keys();
      // Whether it may be trimmed shows when the trim point is known: here it counts as there.
      found.set(append.id, { append, start: ack.start, end: ack.end });
      if (ack.end.seqNum > firstLeft)
        this.#violation(`append ${append.id}, heard of at ${ack.start.seqNum}, is missing`);
      return;
    }
    if (append.sentMs > this.#moment.ms) this.#violation(`append ${append.id} was not sent yet`);
    if (ack === undefined) return;
    const same =
      there.start.timestamp === ack.start.timestamp &&
      there.end.seqNum === ack.end.seqNum &&
      there.end.timestamp === ack.end.timestamp;
    if (!same) this.#violation(`append ${append.id} has other times than its ack`);
  }

  /** Of a lane only a first part can be there. */
  #checkLanes(life: Life, found: ReadonlyMap<string, FoundAppend>): void {
    const missing = new Map<string, string>();
    for (const { id, lane } of life.appends.values()) {
      const before = missing.get(lane);
      if (!found.has(id)) missing.set(lane, before ?? id);
      else if (before !== undefined) this.#violation(`append ${id} is there, and ${before} before it is not`);
    }
  }

  /** What was trimmed goes, though not at once. */
  async #checkTrimmed(trimPoint: number, tail: Place): Promise<void> {
    if (trimPoint === 0) return;
    await eventually(async () => {
      const { body } = await this.#call("GET", "/records?seq_num=0&count=1");
      const [first] = (body as { records?: { seq_num: number }[] }).records ?? [];
      const at = first?.seq_num ?? tail.seqNum;
      if (at !== Math.min(trimPoint, tail.seqNum))
        throw new Error(`the first record is ${at} instead of ${trimPoint}, where it was trimmed`);
    }).catch((error: unknown) => this.#violation(String(error)));
  }

  /** A refusal tells the token. */
  async #checkFence(fence: string): Promise<void> {
    const { body } = await this.#call("POST", "/records", { records: [{}], fencing_token: "~probe" });
    const told = (body as { fencing_token_mismatch?: string }).fencing_token_mismatch;
    if (told !== fence) this.#violation(`the fence is ${JSON.stringify(body)} instead of ${fence}`);
  }

  async #checkAge(life: Life): Promise<number> {
    const { body } = await this.#call("GET", "");
    const age = ageOf(body);
    const expected = possible(life.ages, this.#moment);
    if (expected.length > 0 && !expected.includes(age))
      this.#violation(`its age is ${age} instead of ${expected.join(" or ")}`);
    return age;
  }
}

function ageOf(config: unknown): number {
  return (config as { retention_policy?: { age?: number } } | undefined)?.retention_policy?.age ?? 0;
}

function decode(record: {
  readonly seq_num: number;
  readonly timestamp: number;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
}): ReadRecord {
  const text = (base64: string) => Buffer.from(base64, "base64").toString();
  const [header] = record.headers ?? [];
  return {
    seqNum: record.seq_num,
    timestamp: record.timestamp,
    header: header === undefined ? undefined : [text(header[0]), text(header[1])],
    body: Buffer.from(record.body ?? "", "base64"),
  };
}

function isSame(read: ReadRecord, sent: SentRecord | undefined): boolean {
  return (
    sent !== undefined &&
    read.body.equals(sent.body) &&
    read.header?.[0] === sent.header?.[0] &&
    read.header?.[1] === sent.header?.[1]
  );
}
