/** Something that has a name which may as well be another. */
export interface NameSymbol {
  name: string;
}

/** Finds them in a minified module; `render` writes it with the names of the moment. */
export function readNames(
  code: string,
  tree: unknown,
  properties: ReadonlySet<string>,
): { readonly symbols: readonly NameSymbol[]; readonly taken: ReadonlySet<string>; render(): string };
