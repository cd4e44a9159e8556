/**
 * What one check found. `ok`: it works. `trouble`: it does not, and `advice` says what to do. `untried`: it could not be
 * tried, since something before it does not work, or was not asked for.
 */
export interface Finding {
  readonly name: string;
  readonly state: "ok" | "trouble" | "untried";
  /** What was found, in a sentence or a few words. */
  readonly message: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** What a check is, before it has a name. */
export type Found = Omit<Finding, "name">;

/** It works. */
export const ok = (message: string): Found => ({ state: "ok", message });

/** It does not work. */
export const trouble = (message: string, advice?: string): Found =>
  advice === undefined ? { state: "trouble", message } : { state: "trouble", message, advice };

/** It was not tried. */
export const untried = (message: string): Found => ({ state: "untried", message });
