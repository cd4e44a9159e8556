/** Programs the work is done with, beside those a display needs. */
export const WORK_PROGRAMS: readonly string[];

/** Editor, terminal and browser, laid out on a display. */
export interface WorkApps {
  readonly env: NodeJS.ProcessEnv;
  /** `xdotool` with these words; its output. */
  tell(...words: readonly (string | number)[]): Promise<string>;
  readonly windows: { readonly editor: number; readonly terminal: number; readonly browser: number };
  readonly size: { readonly width: number; readonly height: number };
  /** Ends them. */
  close(): Promise<void>;
}

/** Opens editor, terminal and browser. */
export function openApps(display: { readonly env: NodeJS.ProcessEnv }): Promise<WorkApps>;
/** Works for so long, default 60 s; says when each part began, ms since the start. */
export function work(
  apps: WorkApps,
  lengthMs?: number,
): Promise<readonly { readonly name: string; readonly atMs: number }[]>;
