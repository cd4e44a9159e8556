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

/** Undoes something. */
export type Undo = () => void;

/** Listens on the window before the page does, without being able to delay it. */
export function listen<Kind extends keyof WindowEventMap>(
  kinds: readonly Kind[],
  hear: (event: WindowEventMap[Kind]) => void,
): Undo {
  const safe = guard(hear);
  const options = { capture: true, passive: true };
  for (const kind of kinds) addEventListener(kind, safe, options);
  return () => {
    for (const kind of kinds) removeEventListener(kind, safe, options);
  };
}

/**
 * Calls `before` ahead of a method of the page's. The method's own result and errors pass through. Undoing restores
 * it, or only falls silent when somebody has wrapped it since.
 */
export function wrap<Name extends string>(
  owner: { [name in Name]: (...args: never[]) => unknown },
  name: Name,
  before: (args: readonly unknown[]) => void,
): Undo {
  const original = owner[name] as (...args: unknown[]) => unknown;
  let hear = guard(before);
  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    hear(args);
    return original.apply(this, args);
  };
  guard(() => {
    owner[name] = wrapper;
  })();
  return guard(() => {
    hear = () => {};
    if (owner[name] === wrapper) owner[name] = original;
  });
}
