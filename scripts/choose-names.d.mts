import type { NameSymbol } from "./read-names.mjs";

/** Gives a symbol a name and its old one to those in the way; returns the way back, or nothing when that may not be. */
export function exchange(symbol: NameSymbol, name: string): (() => void) | undefined;
