/** Reads rrweb's module and cuts it down to what `record` needs. Throws when a cut finds nothing to cut. */
export function patchedRrweb(): Promise<string>;
/** Cuts the text of rrweb's module. Throws when a cut finds nothing to cut. */
export function patchRrweb(stock: string): Promise<string>;
/** Properties of the recorder's own objects, which a build may shorten. */
export const RRWEB_PRIVATE_PROPERTIES: readonly string[];
