interface ZoneWindow {
  readonly Zone?: { __symbol__?(name: string): string };
}

/** A global of the page as the browser made it: Angular's zone keeps the original beside its own, which would check the whole app after every timer of ours. */
export function native<Name extends keyof typeof globalThis>(name: Name): (typeof globalThis)[Name] {
  const symbol = (globalThis as ZoneWindow).Zone?.__symbol__?.(name);
  const all = globalThis as Record<string, unknown>;
  return ((symbol && all[symbol]) || all[name]) as (typeof globalThis)[Name];
}
