/** What stays outside the desktop SDK's bundles. */
export const EXTERNAL: readonly string[];
/** Writes the desktop SDK's modules and programs into a folder, by default `sdk-desktop/dist`. */
export function buildDesktop(outDir?: string): Promise<void>;
/** Writes the declarations once more, as `require` reads them. */
export function writeRequiredTypes(): Promise<void>;
