/** A value that says when it changed. */
export interface Observable<T> {
  readonly value: T;
  /** Calls back after each change, not at once; the answer stops it. */
  subscribe(listener: (value: T) => void): () => void;
}

/** An {@link Observable} with the way to change it. */
export interface Subject<T> extends Observable<T> {
  set(value: T): void;
}

/** Makes a {@link Subject}. Setting the very same value tells nobody. */
export function createSubject<T>(initial: T): Subject<T> {
  let current = initial;
  const listeners = new Set<(value: T) => void>();
  return {
    get value() {
      return current;
    },
    set(value) {
      if (Object.is(value, current)) return;
      current = value;
      for (const listener of [...listeners]) listener(value);
    },
    subscribe(listener) {
      // A wrapper, so that the same function may listen twice.
      const own = (value: T): void => listener(value);
      listeners.add(own);
      return () => {
        listeners.delete(own);
      };
    },
  };
}
