import { describe, expect, it } from "vitest";
import { S2LiteError } from "../../src/errors.js";
import { Committer, type Job } from "../../src/store/committer.js";
import type { Write } from "../../src/store/lmdb-store.js";

/** A target whose commits end when the test says so. */
class HeldTarget {
  readonly commits: Write[][] = [];
  #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  #started: (() => void)[] = [];

  commit(writes: Iterable<Write>): Promise<void> {
    this.commits.push([...writes]);
    for (const wake of this.#started.splice(0)) wake();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async started(count: number): Promise<void> {
    while (this.commits.length < count) await new Promise<void>((resolve) => this.#started.push(resolve));
  }

  release(): void {
    this.#waiting.shift()?.resolve();
  }

  fail(): void {
    this.#waiting.shift()?.reject(new Error("disk"));
  }
}

function write(name: string): Write {
  return { key: Buffer.from(name), value: Buffer.from("v") };
}

function submit(committer: Committer, name: string, heard: string[], bytes = 1): void {
  const job: Job = {
    writes: [write(name)],
    bytes,
    source: 1,
    done: (error) => heard.push(error === undefined ? name : `${name}: ${error.code}`),
  };
  committer.submit(job);
}

const keys = (writes: Write[] | undefined) => writes?.map((one) => one.key.toString());

describe("group commit", () => {
  it("gathers while a commit is under way, and tells in order only what is written", async () => {
    const target = new HeldTarget();
    const committer = new Committer(target);
    const heard: string[] = [];
    submit(committer, "a", heard);
    await target.started(1);
    submit(committer, "b", heard);
    submit(committer, "c", heard);
    expect(heard).toEqual([]);
    target.release();
    await target.started(2);
    expect(heard).toEqual(["a"]);
    expect(target.commits.map(keys)).toEqual([["a"], ["b", "c"]]);
    target.release();
    await committer.whenIdle();
    expect(heard).toEqual(["a", "b", "c"]);
  });

  it("that fails leaves its jobs unknown, and those behind it never written", async () => {
    const target = new HeldTarget();
    const committer = new Committer(target);
    const heard: string[] = [];
    submit(committer, "a", heard);
    await target.started(1);
    submit(committer, "b", heard);
    target.fail();
    await committer.whenIdle();
    expect(heard).toEqual(["a: other", "b: unavailable"]);
    submit(committer, "c", heard);
    await target.started(2);
    target.release();
    await committer.whenIdle();
    expect(heard).toEqual(["a: other", "b: unavailable", "c"]);
    expect(target.commits.map(keys)).toEqual([["a"], ["c"]]);
  });

  it("holds everything while the flush is held", async () => {
    const target = new HeldTarget();
    let open: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      open = resolve;
    });
    const committer = new Committer(target, { beforeFlushed: () => held });
    const heard: string[] = [];
    submit(committer, "a", heard);
    await target.started(1);
    target.release();
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual([]);
    open();
    await committer.whenIdle();
    expect(heard).toEqual(["a"]);
  });

  it("has room up to its bytes in flight, and says when there is room again", async () => {
    const target = new HeldTarget();
    const committer = new Committer(target);
    const heard: string[] = [];
    submit(committer, "big", heard, 128 * 1_048_576 - 1);
    expect(committer.hasRoom).toBe(true);
    submit(committer, "one more", heard, 1);
    expect(committer.hasRoom).toBe(false);
    const room = committer.whenRoom().then(() => heard.push("room"));
    await target.started(1);
    target.release();
    await room;
    expect(heard).toEqual(["big", "room"]);
    target.release();
    await target.started(2);
    target.release();
    await committer.whenIdle();
  });

  it("splits what is too much for one transaction", async () => {
    const target = new HeldTarget();
    const committer = new Committer(target);
    const heard: string[] = [];
    for (let index = 0; index < 20; index++) submit(committer, `${index}`, heard, 1_048_576);
    await target.started(1);
    expect(target.commits[0]).toHaveLength(16);
    target.release();
    await target.started(2);
    expect(target.commits[1]).toHaveLength(4);
    target.release();
    await committer.whenIdle();
    expect(heard).toHaveLength(20);
  });

  it("refuses after closing, and closes once all is told", async () => {
    const target = new HeldTarget();
    const committer = new Committer(target);
    const heard: string[] = [];
    submit(committer, "a", heard);
    const closed = committer.close().then(() => heard.push("closed"));
    submit(committer, "late", heard);
    await target.started(1);
    target.release();
    await closed;
    expect(heard).toEqual(["late: unavailable", "a", "closed"]);
  });

  it("writes the mark of the last job of a source alone, in its place", async () => {
    const target = new HeldTarget();
    const committer = new Committer(target);
    const marks: string[] = [];
    const submitMarked = (name: string, source: number) =>
      committer.submit({
        writes: [write(name)],
        mark: () => {
          marks.push(name);
          return write(`mark of ${name}`);
        },
        bytes: 1,
        source,
        done: () => undefined,
      });
    submitMarked("a", 1);
    submitMarked("b", 2);
    submitMarked("c", 1);
    void committer.write([write("d")]);
    await target.started(1);
    expect(target.commits.map(keys)).toEqual([["a", "b", "mark of b", "c", "mark of c", "d"]]);
    expect(marks).toEqual(["b", "c"]); // the others are not even made
    target.release();
    await committer.whenIdle();
  });

  it("tells what the store knows of a failure", async () => {
    const committer = new Committer({
      full: "the disk is full",
      commit: () => Promise.reject(new S2LiteError("storage", "the disk is full: nothing was written")),
    });
    expect(committer.full).toBe("the disk is full");
    await expect(committer.write([write("a")])).rejects.toMatchObject({ code: "storage" });
  });
});
