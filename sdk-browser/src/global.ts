/** What the snippet's script runs: takes over the queue of the stub in the page. */
import * as commands from "./commands.js";
import { guard } from "./guard.js";

type Call = readonly [name: string, ...args: unknown[]];
interface Stub {
  (...call: Call): unknown;
  q?: ArrayLike<Call>[] | undefined;
  ready?: boolean;
}

const page = window as { reeltime?: Stub };
const { reeltime: stub } = page;
const run = guard((name: string, ...args: unknown[]): unknown =>
  (commands as Readonly<Record<string, (...args: unknown[]) => unknown>>)[name]?.(...args),
);

if (!stub?.ready) {
  const script = document.currentScript as HTMLScriptElement | null;
  if (script?.src) commands.setScriptHost(new URL(script.src).origin);
  const reeltime: Stub = (...call) => run(...call);
  reeltime.ready = true;
  page.reeltime = reeltime;
  for (const call of stub?.q ?? []) run(...(Array.from(call) as unknown as Call));
}
