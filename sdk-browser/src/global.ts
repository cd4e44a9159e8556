/** What the snippet's script runs: takes over the queue of the stub in the page. */
import {
  event,
  getSessionId,
  getSessionUrl,
  identify,
  init,
  pause,
  resume,
  start,
  stop,
} from "./commands.js";

type Command = (...args: never[]) => unknown;
interface Stub {
  (name: string, ...args: readonly unknown[]): unknown;
  q?: readonly Iterable<unknown>[];
  ready?: boolean;
}

const commands: Readonly<Record<string, Command>> = {
  event,
  getSessionId,
  getSessionUrl,
  identify,
  init,
  pause,
  resume,
  start,
  stop,
};
const page = window as { reeltime?: Stub };
const stub = page.reeltime;
if (!stub?.ready) {
  const reeltime: Stub = (name, ...args) => commands[name]?.(...(args as never[]));
  reeltime.ready = true;
  page.reeltime = reeltime;
  for (const call of stub?.q ?? []) reeltime(...(call as [string]));
}
