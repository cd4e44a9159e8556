/** What a surface could not do. */
export interface SurfaceTrouble {
  readonly type: "warning" | "exception" | "refused";
  readonly message: string;
  /** Parts of the recording that are left out for it, each counted once; absent where it is not known. */
  readonly parts?: number;
}
