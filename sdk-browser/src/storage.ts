/** What storage would not take, for this page alone. */
const memory: Record<string, unknown> = {};

/** Reads JSON that was kept; an empty object when there is none. */
export function read<Value>(area: "localStorage" | "sessionStorage", key: string): Partial<Value> {
  try {
    return JSON.parse(window[area].getItem(key) as string) ?? memory[key] ?? {};
  } catch {
    return memory[key] ?? {};
  }
}

/** Keeps a value as JSON, at least for this page. */
export function keep(area: "localStorage" | "sessionStorage", key: string, value: unknown): void {
  memory[key] = value;
  try {
    window[area].setItem(key, JSON.stringify(value));
  } catch {
    // Refused or full: the next page does not know.
  }
}
