import type { Readable, Writable } from "node:stream";
import type { Recorder, RecorderOptions } from "../types.js";
import { Agent } from "./agent.js";
import { MAX_UNREAD_BYTES } from "./limits.js";
import { LineCutter } from "./lines.js";
import type { AgentReply } from "./messages.js";

/** What the agent runs between. */
export interface AgentWorld {
  readonly input: Readable;
  readonly output: Writable;
  readonly createRecorder: (options: RecorderOptions) => Recorder;
  readonly version: string;
  readonly pid: number;
  /** Calls back when the process is told to end; returns what stops that. */
  readonly onInterrupt: (hear: () => void) => () => void;
}

/**
 * Takes lines until there are no more, since the host has died or has nothing more to ask, then ends the recording and
 * resolves when what was recorded is sent or kept. Lines wait unread while one is being done.
 */
export async function runAgent(world: AgentWorld): Promise<void> {
  const { input, output, createRecorder, version, pid } = world;
  // A host that died reads no more: its end of the input tells.
  output.on("error", () => {});
  const agent = new Agent({ createRecorder, version, pid, send: (reply) => write(output, reply) });
  const release = world.onInterrupt(() => input.destroy());
  const cutter = new LineCutter();
  try {
    for await (const chunk of input)
      for (const line of cutter.push(chunk as Uint8Array)) await agent.take(line);
  } catch {
    // Destroyed, or broken: either way there are no more lines.
  }
  await agent.stop();
  agent.close();
  release();
}

/** What a host has stopped reading is left out, where it is only news; answers are kept. */
function write(output: Writable, reply: AgentReply): void {
  const isNews = reply.type === "status" && reply.id === undefined;
  if (isNews && output.writableLength > MAX_UNREAD_BYTES) return;
  if (output.writable) output.write(`${JSON.stringify(reply)}\n`);
}
