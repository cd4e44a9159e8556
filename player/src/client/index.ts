export {
  type Api,
  type ApiOptions,
  createApi,
  type FramesFrom,
  type Me,
  type ProjectItem,
  type SessionQuery,
} from "./api.js";
export { ApiError, type ApiErrorCode } from "./api-error.js";
export {
  createLiveConnection,
  type LiveConnection,
  type LiveConnectionOptions,
  type LiveStatus,
} from "./live-connection.js";
export type { ListHandler, WatchHandlers } from "./live-watches.js";
export type { Observable } from "./observable.js";
export { browserSignals, type ClientClock, type Fetch, type PageSignals, systemClock } from "./runtime.js";
export type { PageLife } from "./shared/page-life.js";
export type { Locks, Presence } from "./shared/presence.js";
export { createSharedLiveConnection, type SharedLiveConnectionOptions } from "./shared/shared-connection.js";
export type { WorkerHandle } from "./shared/worker-link.js";
