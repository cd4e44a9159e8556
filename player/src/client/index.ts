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
