/** The catalog: the local index made from the streams. */
export { openCatalog } from "./catalog.js";
export { CatalogError, type CatalogErrorCode } from "./catalog-error.js";
export { DEFAULT_LIST_LIMIT, MAX_FILTER_CHARS, MAX_LIST_LIMIT } from "./limits.js";
export type { ListQuery } from "./list-query.js";
export type { PlayStart } from "./start-point.js";
export type { Catalog, CatalogOptions, ChangeListener, LookedUp, OpenSession } from "./types.js";
