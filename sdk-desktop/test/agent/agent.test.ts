import { PassThrough } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { runAgent } from "../../src/agent/run.js";
import { FakeRecorder } from "../support/fake-recorder.js";
import { until } from "../support/x-server.js";

type Reply = Readonly<Record<string, unknown>>;

/** An agent between two pipes, with recorders that record nothing. */
class Host {
  readonly input = new PassThrough();
  readonly recorders: FakeRecorder[] = [];
  readonly done: Promise<void>;
  interrupt: () => void = () => {};
  #said = "";

  constructor(prepare: (recorder: FakeRecorder) => void = () => {}) {
    const output = new PassThrough();
    output.on("data", (chunk: Buffer) => {
      this.#said += chunk.toString();
    });
    this.done = runAgent({
      input: this.input,
      output,
      version: "0.0.0",
      pid: 77,
      createRecorder: (options) => {
        const recorder = new FakeRecorder(options);
        prepare(recorder);
        this.recorders.push(recorder);
        return recorder;
      },
      onInterrupt: (hear) => {
        this.interrupt = hear;
        return () => {};
      },
    });
    onTestFinished(async () => {
      this.input.end();
      await this.done;
    });
  }

  get replies(): readonly Reply[] {
    return this.#said
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Reply);
  }

  say(request: object | string): void {
    this.input.write(`${typeof request === "string" ? request : JSON.stringify(request)}\n`);
  }

  async reply(type: string, id?: number): Promise<Reply> {
    let found: Reply | undefined;
    await until(() => {
      found = this.replies.find((reply) => reply.type === type && (id === undefined || reply.id === id));
      return found !== undefined;
    }, `no ${type}: ${this.#said}`);
    return found ?? {};
  }
}

const START = {
  type: "start",
  id: 1,
  protocol: 1,
  options: { projectKey: "pk_1", apiHost: "https://replay.test" },
};

describe("the agent", () => {
  it("says first which version it speaks", async () => {
    expect(await new Host().reply("ready")).toEqual({
      type: "ready",
      protocol: 1,
      version: "0.0.0",
      pid: 77,
    });
  });

  it("records, says where, does what it is told, and stops", async () => {
    const host = new Host();
    host.say(START);
    expect(await host.reply("started", 1)).toEqual({ type: "started", id: 1 });
    expect(await host.reply("session")).toEqual({
      type: "session",
      sessionId: "s1",
      url: "https://replay.test/sessions/s1",
    });
    host.say({ type: "pause" });
    host.say({ type: "resume", id: 2 });
    host.say({ type: "identify", user: "ada", traits: { plan: "pro" } });
    host.say({ type: "event", name: "saved", detail: { pages: 3 } });
    host.say({ type: "target", target: { kind: "window", title: "/edit/i" } });
    host.say({ type: "status", id: 3 });
    expect(await host.reply("status", 3)).toMatchObject({ state: "recording", fps: 5, troubles: [] });
    host.say({ type: "stop", id: 4 });
    expect(await host.reply("stopped", 4)).toEqual({
      type: "stopped",
      id: 4,
      url: "https://replay.test/sessions/s1",
      framesSent: 12,
      bytesSent: 3_400_000,
      lost: 0,
      spooledBytes: 0,
    });
    expect(host.replies).toContainEqual({ type: "done", id: 2 });
    expect(host.recorders[0]?.calls).toEqual([
      ["start"],
      ["pause"],
      ["resume"],
      ["identify", "ada", { plan: "pro" }],
      ["event", "saved", { pages: 3 }],
      ["setTarget", { kind: "window", title: /edit/i }],
      ["stop"],
    ]);
  });

  it("makes patterns of what is written as such", async () => {
    const host = new Host();
    const denyWindows = ["Vault", "/bank/i", { app: "/^keepass/" }];
    host.say({
      ...START,
      options: { ...START.options, denyWindows, target: { kind: "window", app: "/term/" } },
    });
    await host.reply("started");
    expect(host.recorders[0]?.options).toMatchObject({
      denyWindows: ["Vault", /bank/i, { app: /^keepass/ }],
      target: { kind: "window", app: /term/ },
    });
  });

  it("answers a line that it cannot do, and goes on", async () => {
    const host = new Host();
    host.say("not json");
    host.say("[1]");
    host.say({ type: "dance", id: 5 });
    host.say({ type: "pause", id: 6 });
    host.say({ type: "start", id: 7, protocol: 9, options: {} });
    host.say({ type: "start", id: 8 });
    host.say({ ...START, id: 9, options: { denyWindows: ["/(/"] } });
    host.say({ type: "event", id: 10, name: "x", detail: { deep: {} } });
    host.say({ type: "target", id: 11, target: { kind: "moon" } });
    host.say("x".repeat(300_000));
    host.say(START);
    await host.reply("started", 1);
    host.say({ ...START, id: 12 });
    await host.reply("error", 12);
    const errors = host.replies.filter(({ type }) => type === "error");
    expect(errors.map(({ code, id }) => [code, id])).toEqual([
      ["malformed", undefined],
      ["malformed", undefined],
      ["unknown_type", 5],
      ["not_started", 6],
      ["unsupported_protocol", 7],
      ["malformed", 8],
      ["invalid_options", 9],
      ["malformed", 10],
      ["invalid_options", 11],
      ["too_long", undefined],
      ["already_started", 12],
    ]);
    expect(host.recorders).toHaveLength(1);
  });

  it("says why when the recorder refuses the options, and can be started again", async () => {
    const host = new Host((recorder) => {
      if (host.recorders.length > 0) return;
      recorder.onStart = () => recorder.tell({ code: "invalid_options", message: "There is no option fsp." });
    });
    host.say({ ...START, options: { ...START.options, fsp: 5 } });
    expect(await host.reply("error", 1)).toMatchObject({
      code: "invalid_options",
      message: "There is no option fsp.",
    });
    host.say({ ...START, id: 2 });
    await host.reply("started", 2);
  });

  it("tells of troubles, and of its state as often as it is asked to", async () => {
    const host = new Host();
    host.say(START);
    await host.reply("started");
    host.recorders[0]?.tell({ code: "no_display", message: "There is no screen here." });
    expect(await host.reply("trouble")).toEqual({
      type: "trouble",
      code: "no_display",
      message: "There is no screen here.",
    });
    host.say({ type: "status", everyMs: 100 });
    await until(
      () => host.replies.filter(({ type }) => type === "status").length >= 3,
      "no news of its state",
    );
  });

  it("stops the recording when its host is gone, and when it is told to end", async () => {
    for (const end of [(host: Host) => host.input.end(), (host: Host) => host.interrupt()]) {
      const host = new Host();
      host.say(START);
      await host.reply("started");
      end(host);
      await host.done;
      expect(host.recorders[0]?.calls.at(-1)).toEqual(["stop"]);
      expect(await host.reply("stopped")).not.toHaveProperty("id");
    }
  });
});
