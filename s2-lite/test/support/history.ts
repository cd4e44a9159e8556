/** What a client asked of one stream. */
export type Asked =
  | {
      readonly op: "append";
      /** Texts that no other append has: a record is known again by them. */
      readonly records: readonly string[];
      /** The token that the append leaves, if it sets one. */
      readonly setsFence: string | undefined;
      readonly fencingToken: string | undefined;
      readonly matchSeqNum: number | undefined;
    }
  | { readonly op: "read" }
  | { readonly op: "tail" };

/** What it was told. */
export type Told =
  /** Nothing: it may have happened at any time until `returned`, or not. Only of appends. */
  | { readonly as: "open" }
  | { readonly as: "acked"; readonly start: number; readonly end: number }
  | { readonly as: "fence mismatch"; readonly current: string }
  | { readonly as: "number mismatch"; readonly next: number }
  | { readonly as: "tail"; readonly seqNum: number }
  /** Records from a number on; `toTail`: there were no more. */
  | {
      readonly as: "records";
      readonly from: number;
      readonly records: readonly string[];
      readonly toTail: boolean;
    };

/** One operation of a history, from its call to its return. Times are turns of one counter. */
export interface Operation {
  readonly client: string;
  readonly asked: Asked;
  readonly called: number;
  /** Of an open one: when it could no longer happen; infinite when it still can. */
  readonly returned: number;
  readonly told: Told;
}

/** An operation under way. */
export interface Call {
  /** It was answered. */
  returns(told: Told): void;
  /** It certainly had no effect: it is no part of the history. */
  cancel(): void;
}

/** Writes down the operations on one stream, of many clients in this process. */
export class History {
  #turn = 0;
  readonly #operations: { -readonly [key in keyof Operation]: Operation[key] }[] = [];

  /** Everything so far, in order of call. */
  get operations(): readonly Operation[] {
    // A read that was not answered says nothing.
    return this.#operations.filter(({ asked, told }) => told.as !== "open" || asked.op === "append");
  }

  /** A client calls. Until it returns, the operation is open. */
  call(client: string, asked: Asked): Call {
    const operation = {
      client,
      asked,
      called: this.#turn++,
      returned: Number.POSITIVE_INFINITY,
      told: { as: "open" } as Told,
    };
    this.#operations.push(operation);
    return {
      returns: (told) => {
        operation.told = told;
        operation.returned = this.#turn++;
      },
      cancel: () => void this.#operations.splice(this.#operations.indexOf(operation), 1),
    };
  }

  /** A moment of now: for what is observed from here on. */
  now(): number {
    return this.#turn++;
  }

  /** A follower that began at `since` was shown records. */
  seen(client: string, since: number, from: number, records: readonly string[]): void {
    const told: Told = { as: "records", from, records, toTail: false };
    this.#operations.push({ client, asked: { op: "read" }, called: since, returned: this.#turn++, told });
  }

  /** The server is gone, and with it whatever it had not done. */
  crash(): void {
    const now = this.#turn++;
    for (const operation of this.#operations)
      if (operation.told.as === "open") operation.returned = Math.min(operation.returned, now);
  }
}
