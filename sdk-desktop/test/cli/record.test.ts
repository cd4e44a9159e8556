import { describe, expect, it } from "vitest";
import { type RecordWorld, recordFromTerminal } from "../../src/cli/record.js";
import type { RecordRequest } from "../../src/cli/request.js";
import type { Trouble } from "../../src/types.js";
import { FakeRecorder } from "../support/fake-recorder.js";
import { until } from "../support/x-server.js";

const REQUEST: RecordRequest = {
  command: "record",
  options: { projectKey: "pk_1", apiHost: "https://replay.test" },
  durationMs: undefined,
};

/** A terminal whose clock is moved by each look at it. */
class Terminal {
  recorder: FakeRecorder | undefined;
  results: string[] = [];
  said = "";
  known: Trouble | undefined;
  interrupt: () => void = () => {};
  #nowMs = 0;

  constructor(prepare: (recorder: FakeRecorder) => void = () => {}) {
    this.world = {
      createRecorder: (options) => {
        this.recorder = new FakeRecorder(options);
        prepare(this.recorder);
        return this.recorder;
      },
      result: (line) => void this.results.push(line),
      progress: {
        write: (text) => {
          this.said += text;
        },
        isTerminal: false,
        columns: 80,
      },
      probe: () => Promise.resolve(this.known),
      nowMs: () => (this.#nowMs += 100),
      onInterrupt: (hear) => {
        this.interrupt = hear;
        return () => {};
      },
    };
  }

  readonly world: RecordWorld;
}

describe("recording from a terminal", () => {
  it("ends after its time, and results in the session's address alone", async () => {
    const terminal = new Terminal();
    expect(await recordFromTerminal({ ...REQUEST, durationMs: 1_000 }, terminal.world)).toBe(0);
    expect(terminal.recorder?.calls).toEqual([["start"], ["stop"]]);
    expect(terminal.results).toEqual(["https://replay.test/sessions/s1"]);
    expect(terminal.said).toContain("Watch it at https://replay.test/sessions/s1");
    expect(terminal.said).toContain("12 frames, 3.4 MB.");
  });

  it("ends cleanly when it is interrupted", async () => {
    const terminal = new Terminal();
    const done = recordFromTerminal(REQUEST, terminal.world);
    await until(() => terminal.said.includes("fps"), "no progress");
    terminal.interrupt();
    expect(await done).toBe(0);
    expect(terminal.recorder?.calls.at(-1)).toEqual(["stop"]);
  });

  it("ends with what its user has to do when there is no screen or the key is wrong", async () => {
    for (const code of ["no_display", "wayland", "refused"] as const) {
      const terminal = new Terminal((recorder) => {
        recorder.onStart = () => recorder.tell({ code, message: "do this" });
      });
      expect(await recordFromTerminal(REQUEST, terminal.world)).toBe(1);
      expect(terminal.said).toBe("reeltime-desktop: do this\n");
      expect(terminal.results).toEqual([]);
    }
  });

  it("makes no session where it is known before that there is no screen", async () => {
    const terminal = new Terminal();
    terminal.known = { code: "no_display", message: "do this" };
    expect(await recordFromTerminal(REQUEST, terminal.world)).toBe(1);
    expect(terminal.said).toBe("reeltime-desktop: do this\n");
    expect(terminal.recorder).toBeUndefined();
  });

  it("does not wait for a start that is interrupted", async () => {
    const terminal = new Terminal((recorder) => {
      recorder.onStart = () => new Promise(() => {});
    });
    const done = recordFromTerminal(REQUEST, terminal.world);
    await until(() => terminal.recorder !== undefined, "nothing is recorded");
    terminal.interrupt();
    expect(await done).toBe(0);
  });

  it("goes on through a trouble that passes", async () => {
    const terminal = new Terminal((recorder) => {
      recorder.onStart = () => recorder.tell({ code: "input_lost", message: "for a while" });
    });
    expect(await recordFromTerminal({ ...REQUEST, durationMs: 1_000 }, terminal.world)).toBe(0);
    expect(terminal.said).toContain("for a while");
  });

  it("tells options that the recorder refuses from everything else", async () => {
    const terminal = new Terminal((recorder) => {
      recorder.onStart = () =>
        recorder.tell({ code: "invalid_options", message: "The option fps is wrong." });
    });
    expect(await recordFromTerminal(REQUEST, terminal.world)).toBe(2);
  });

  it("says what becomes of a recording whose server was never reached", async () => {
    const terminal = new Terminal((recorder) => {
      recorder.url = undefined;
      recorder.status = { ...recorder.status, sessionId: undefined, spooledBytes: 5_000 };
    });
    expect(await recordFromTerminal({ ...REQUEST, durationMs: 1_000 }, terminal.world)).toBe(1);
    expect(terminal.said).toContain("never reached");
    expect(terminal.said).toContain("No Reeltime server answers at https://replay.test yet");
    expect(terminal.said).toContain("kept on the disk");
    expect(terminal.results).toEqual([]);
  });

  it("says that it is lost where none of it is on the disk", async () => {
    const terminal = new Terminal((recorder) => {
      recorder.url = undefined;
      recorder.status = { ...recorder.status, sessionId: undefined, lost: 7 };
    });
    expect(await recordFromTerminal({ ...REQUEST, durationMs: 1_000 }, terminal.world)).toBe(1);
    expect(terminal.said).toContain("waits in memory");
    expect(terminal.said).toContain("7 dropped");
    expect(terminal.said).toContain("What was recorded is lost.");
  });
});
