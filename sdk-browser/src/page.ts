/** A function that never throws into the page: what fails in here is our fault, so the page must not see it. */
export const guard =
  <Args extends unknown[], Result>(work: (...args: Args) => Result) =>
  (...args: Args): Result | undefined => {
    try {
      return work(...args);
    } catch {
      // One action of the recorder is lost; the page goes on.
      return undefined;
    }
  };

/** Takes back, one by one, what was done to the page. */
let undo: (() => void)[] = [];

/** Takes back all that `listen` and `wrap` did. */
export const letGo = (): void => {
  for (const one of undo) guard(one)();
  undo = [];
};

/** Listens on the window before the page does; `kinds` with spaces between them. */
export const listen = (kinds: string, hear: (event: Event) => void): void => {
  const safe = guard(hear);
  for (const kind of kinds.split(" ")) {
    addEventListener(kind, safe, true);
    undo.push(() => removeEventListener(kind, safe, true));
  }
};

/**
 * Calls `before` ahead of a method of the page's, whose own result and errors pass through. Undoing restores the method,
 * or only falls silent when somebody has wrapped it since.
 */
export const wrap = <Name extends string>(
  owner: { [name in Name]: (...args: never[]) => unknown },
  name: Name,
  before: (args: readonly unknown[]) => void,
): void => {
  const original = owner[name] as (...args: unknown[]) => unknown;
  let hear = guard(before);
  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    hear(args);
    return original.apply(this, args);
  };
  guard(() => {
    owner[name] = wrapper;
  })();
  undo.push(() => {
    hear = () => {};
    if (owner[name] === wrapper) owner[name] = original;
  });
};

/** A global as the browser made it: Angular's zone keeps it beside its own, which would check the whole app after every timer of ours. */
const native = <Name extends keyof typeof globalThis>(name: Name): (typeof globalThis)[Name] =>
  (globalThis as never)[`__zone_symbol__${name}`] ?? globalThis[name];

const setTimer = native("setTimeout");
/** `setTimeout` of the browser's own; at once when the time is past (a delay far below zero wraps around to weeks). */
export const later = (work: () => void, ms: number): number =>
  setTimer(work, Math.max(ms, 0)) as unknown as number;
/** `clearTimeout` of the browser's own. */
export const cancel = native("clearTimeout");
/** `fetch` of the browser's own. */
export const send = native("fetch");
