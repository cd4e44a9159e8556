/** Properties that only our own objects have, which the snippet's script shortens. */
export const PRIVATE_PROPERTIES: readonly string[];
/** All our code, as the snippet's script holds it: rrweb alone is left out. */
export function ownBundle(): Promise<string>;
/** The page's part of it: without the uploader and the format, which the desktop SDK shares. */
export function pageBundle(): Promise<string>;
/** The npm twin: our own code in one readable module that imports rrweb and nothing else. */
export function moduleBundle(): Promise<string>;
/** The snippet's script: rrweb's recorder and our own code in one classic script. */
export function snippetBundle(): Promise<string>;
/** Writes `sdk-browser/dist/recorder.js` and `dist/index.js`. */
export function buildSdk(): Promise<void>;
