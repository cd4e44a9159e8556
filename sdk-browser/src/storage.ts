/** Reads JSON that was kept; `undefined` when there is none, or storage is refused. */
export function readKept(area: "localStorage" | "sessionStorage", key: string): unknown {
  try {
    return JSON.parse(window[area].getItem(key) ?? "null") ?? memory[key];
  } catch {
    return memory[key];
  }
}

/** Keeps a value as JSON, at least for this page. False when storage refused it. */
export function keep(area: "localStorage" | "sessionStorage", key: string, value: unknown): boolean {
  memory[key] = value;
  try {
    if (value === undefined) window[area].removeItem(key);
    else window[area].setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** What storage would not take. */
const memory: Record<string, unknown> = {};
