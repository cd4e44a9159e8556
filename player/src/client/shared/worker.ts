/** The shared worker: the one connection of all the dashboard's tabs. */
import { createLiveConnection } from "../live-connection.js";
import { LiveHub } from "./hub.js";
import { browserLocks, createPresence } from "./presence.js";

const hub = new LiveHub({
  connect: () => createLiveConnection(),
  presence: createPresence(browserLocks()),
});

addEventListener("connect", (event) => {
  for (const port of (event as MessageEvent).ports) hub.attach(port);
});
