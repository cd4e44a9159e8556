/** What reading something of the app's comes to; `undefined` when that throws, as its own getters may. */
export function attempt<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
