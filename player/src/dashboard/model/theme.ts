import { Observable } from "./observable.js";

/** What the reader chose; `system` follows the machine. */
export type ThemeChoice = "system" | "light" | "dark";

const KEY = "reeltime.theme";

/** The part of `localStorage` a theme needs. */
export type ThemeStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** Remembers the choice of theme. A storage that refuses (a private window) costs the memory, not the choice. */
export class Theme {
  readonly choice: Observable<ThemeChoice>;
  readonly #storage: ThemeStorage | undefined;

  constructor(storage: ThemeStorage | undefined) {
    this.#storage = storage;
    this.choice = new Observable<ThemeChoice>(remembered(storage));
  }

  /** Chooses, and remembers it. */
  choose(choice: ThemeChoice): void {
    try {
      if (choice === "system") this.#storage?.removeItem(KEY);
      else this.#storage?.setItem(KEY, choice);
    } catch {
      // Not remembered past this visit.
    }
    this.choice.set(choice);
  }

  /** The other of light and dark; back to `system` when that is what the system shows anyway. */
  toggle(systemDark: boolean): void {
    const { value } = this.choice;
    const dark = value === "system" ? systemDark : value === "dark";
    const wanted = dark ? "light" : "dark";
    this.choose((wanted === "dark") === systemDark ? "system" : wanted);
  }
}

function remembered(storage: ThemeStorage | undefined): ThemeChoice {
  try {
    const value = storage?.getItem(KEY);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    // Nothing can be remembered here.
    return "system";
  }
}
