/**
 * Cause: the command took a recording without a session for one whose server was away. A session is opened for the first
 * thing that is recorded: where the window that is meant never appeared, it said that the server was never reached, and that
 * what was recorded was lost.
 */
import { expect, it } from "vitest";
import { describeProgress } from "../../src/cli/progress.js";
import { recordFromTerminal } from "../../src/cli/record.js";
import { FakeRecorder } from "../support/fake-recorder.js";

it("what never appeared is no server that is away", async () => {
  let said = "";
  let nowMs = 0;
  const code = await recordFromTerminal(
    {
      command: "record",
      options: { projectKey: "pk_1", apiHost: "https://replay.test" },
      durationMs: 1_000,
    },
    {
      createRecorder: (options) => {
        const recorder = new FakeRecorder(options);
        recorder.url = undefined;
        recorder.status = { ...recorder.status, sessionId: undefined, framesSent: 0, bytesSent: 0 };
        recorder.onStart = () => recorder.tell({ code: "target_not_found", message: "It is not there." });
        return recorder;
      },
      result: () => {},
      progress: {
        write: (text) => {
          said += text;
        },
        isTerminal: false,
        columns: 80,
      },
      probe: () => Promise.resolve(undefined),
      nowMs: () => (nowMs += 100),
      onInterrupt: () => () => {},
    },
  );
  expect(code).toBe(1);
  expect(said).toContain("It is not there.");
  expect(said).toContain("nothing was recorded");
  expect(said).not.toMatch(/server|lost|not connected/);
});

it("nothing is connected for what has not begun", () => {
  const status = new FakeRecorder({ projectKey: "pk_1", apiHost: "https://replay.test" }).status;
  const line = describeProgress(1_000, { ...status, sessionId: undefined, framesSent: 0 });
  expect(line).toContain("nothing yet");
  expect(line).not.toContain("wait");
});
