/** Records a page into Reeltime: the snippet's twin for bundlers. */
export {
  event,
  getSessionId,
  getSessionUrl,
  identify,
  init,
  pause,
  resume,
  start,
  stop,
} from "./commands.js";
export type { InitOptions, User } from "./options.js";
export type { RecordOptions } from "./rrweb.js";
export { SNIPPET } from "./snippet.js";
