/** What can go wrong with the catalog. `unavailable`: its database does not answer; the streams are untouched. `closed`: it was closed. */
export type CatalogErrorCode = "unavailable" | "closed";

/** The one error of the catalog. Match on `code`. */
export class CatalogError extends Error {
  readonly code: CatalogErrorCode;

  constructor(code: CatalogErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "CatalogError";
    this.code = code;
  }
}
