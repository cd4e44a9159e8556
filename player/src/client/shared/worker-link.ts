import { HANDSHAKE_MS } from "../limits.js";
import type { ClientClock } from "../runtime.js";
import type { FromWorker, ToWorker } from "./messages.js";
import { PortConnection } from "./port-connection.js";
import type { Presence } from "./presence.js";

/** What is used of a `SharedWorker`. */
export interface WorkerHandle {
  readonly port: MessagePort;
  addEventListener(type: "error", listener: () => void): void;
}

/** What {@link openWorkerLink} tells. */
export interface LinkHandlers {
  /** The worker answered, be it late. */
  ready(connection: PortConnection): void;
  /** It cannot be had, or not within {@link HANDSHAKE_MS}; then it may still become ready. */
  missing(): void;
  /** It was ready and is gone, or has let this page go. */
  gone(): void;
}

/** Opens a way to the worker. The answer lets it go, without a further word to the handlers. */
export function openWorkerLink(
  open: () => WorkerHandle | undefined,
  options: { readonly presence: Presence; readonly clock: ClientClock },
  handlers: LinkHandlers,
): () => void {
  const worker = attempt(open);
  if (worker === undefined) {
    handlers.missing();
    return () => {};
  }
  const { presence, clock } = options;
  const { port } = worker;
  let state: "asking" | "ready" | "over" = "asking";
  const connection = new PortConnection(port, clock);
  let stopWaiting = clock.timeout(() => handlers.missing(), HANDSHAKE_MS);
  let stopWatching = (): void => {};
  const end = (): void => {
    state = "over";
    stopWaiting();
    stopWatching();
    connection.close();
  };
  const gone = (): void => {
    if (state !== "ready") return;
    end();
    handlers.gone();
  };
  worker.addEventListener("error", () => {
    if (state !== "asking") return;
    end();
    handlers.missing();
  });
  port.addEventListener("close", gone);
  port.onmessage = ({ data }) => {
    const message = data as FromWorker;
    if (state === "asking" && message.type === "welcome") {
      state = "ready";
      stopWaiting();
      stopWaiting = () => {};
      if (message.lock !== undefined) stopWatching = presence.whenGone(message.lock, gone);
      handlers.ready(connection);
    } else if (message.type === "dropped") gone();
    else if (state === "ready") connection.take(message);
  };
  void presence.hold().then((lock) => {
    const hello: ToWorker = lock === undefined ? { type: "hello" } : { type: "hello", lock };
    if (state !== "over") port.postMessage(hello);
  });
  return () => {
    if (state !== "over") end();
  };
}

function attempt(open: () => WorkerHandle | undefined): WorkerHandle | undefined {
  try {
    return open();
  } catch {
    // The browser has none, or its settings forbid it: the page does without.
    return undefined;
  }
}
