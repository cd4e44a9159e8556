import type { ProjectId } from "@reeltime/recorder/protocol";
import type { ListChange, ListFeed } from "../ports.js";

type Handler = (change: ListChange) => void;

interface Shared {
  readonly handlers: Set<Handler>;
  readonly unlist: () => void;
}

/** Lets several screens hear of one project over a single subscription, so that opening a screen reconnects nothing. */
export class SharedListFeed implements ListFeed {
  readonly #source: ListFeed;
  readonly #shared = new Map<ProjectId, Shared>();

  constructor(source: ListFeed) {
    this.#source = source;
  }

  list(project: ProjectId, handler: Handler): () => void {
    const shared = this.#shared.get(project) ?? this.#open(project);
    // A wrapper, so that the same function may listen twice.
    const own: Handler = (change) => handler(change);
    shared.handlers.add(own);
    return () => {
      if (!shared.handlers.delete(own) || shared.handlers.size > 0) return;
      shared.unlist();
      this.#shared.delete(project);
    };
  }

  #open(project: ProjectId): Shared {
    const handlers = new Set<Handler>();
    const unlist = this.#source.list(project, (change) => {
      for (const handler of [...handlers]) handler(change);
    });
    const shared = { handlers, unlist };
    this.#shared.set(project, shared);
    return shared;
  }
}
