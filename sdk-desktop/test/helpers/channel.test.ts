import { type ChildProcess, fork, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openChannel } from "../../src/helpers/channel.js";
import { bundleProgram } from "../support/bundle.js";

/** Far more than a pipe holds. */
const MANY_BYTES = "16000000";

let program: string;
beforeAll(async () => {
  program = await bundleProgram("../test/helpers/channel-child.ts");
});

const exitOf = async (child: ChildProcess): Promise<unknown> => {
  onTestFinished(() => void child.kill("SIGKILL"));
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
};

describe("the way to whoever started a process", () => {
  it("carries all that was said before the process ended", async () => {
    const child = fork(program, [MANY_BYTES], { serialization: "advanced", execArgv: [] });
    const heard: { readonly bytes: Uint8Array }[] = [];
    child.on("message", (message) => heard.push(message as { bytes: Uint8Array }));
    expect(await exitOf(child)).toBe(9);
    expect(heard.map(({ bytes }) => bytes.length)).toEqual([Number(MANY_BYTES)]);
  });

  it("keeps no process waiting for one that does not listen", async () => {
    const child = spawn(process.execPath, [program, MANY_BYTES], {
      stdio: ["ignore", "ignore", "inherit", "pipe"],
      env: { ...process.env, NODE_CHANNEL_FD: "3", NODE_CHANNEL_SERIALIZATION_MODE: "advanced" },
    });
    expect(await exitOf(child)).toBe(9);
  });

  it("says that it is closed, also when that was before it was opened", async () => {
    const child = fork(program, ["0", "late"], { serialization: "advanced", execArgv: [] });
    const exit = exitOf(child);
    child.disconnect();
    expect(await exit).toBe(7);
  });

  it("is none where nobody started the process", async () => {
    expect(await exitOf(spawn(process.execPath, [program], { stdio: "inherit" }))).toBe(8);
  });

  it("is Electron's port in a utility process", async () => {
    const posted: unknown[] = [];
    const port = Object.assign(new EventEmitter(), {
      postMessage: (message: unknown) => posted.push(message),
    });
    Object.assign(process, { parentPort: port });
    onTestFinished(() => {
      Reflect.deleteProperty(process, "parentPort");
    });
    const heard: unknown[] = [];
    const channel = openChannel<unknown, unknown>({
      onCommand: (command) => heard.push(command),
      onClose: () => heard.push("closed"),
    });
    port.emit("message", { data: "a command" });
    port.emit("close");
    channel?.report("a report");
    await channel?.flushed();
    expect([heard, posted]).toEqual([["a command", "closed"], ["a report"]]);
  });
});
