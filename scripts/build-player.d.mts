/** Builds the dashboard into `outDir`, by default `player/dist/app`: `index.html`, and hashed files in `assets/`. */
export function buildPlayer(options?: { readonly outDir?: string; readonly quiet?: boolean }): Promise<void>;
