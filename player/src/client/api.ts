import {
  decodeFramesPage,
  FRAMES_PAGE_TYPE,
  type FramesPage,
  type ProjectId,
  type SessionDetail,
  type SessionId,
  type SessionList,
} from "@reeltime/recorder/protocol";
import { ApiError } from "./api-error.js";
import { createVideoApi, type VideoApi } from "./export-api.js";
import { ask, askJson, type Target } from "./request.js";
import type { Fetch } from "./runtime.js";

/** What a list of sessions is asked for; each value goes into the query as it is, `undefined` is left out. */
export interface SessionQuery {
  readonly project?: ProjectId;
  readonly cursor?: string;
  readonly limit?: number;
  /** Words to search for. */
  readonly q?: string;
  readonly [filter: string]: string | number | boolean | undefined;
}

/** Where a read of frames begins: the nearest place from which playback at a time (or at the end) is right, or a seqNum. */
export type FramesFrom = { readonly at: number | "end" } | { readonly from: number };

/** A project as its members see it. */
export interface ProjectItem {
  readonly id: ProjectId;
  readonly name?: string;
  /** The public key for its pages. */
  readonly key?: string;
  readonly [more: string]: unknown;
}

/** Who is signed in. */
export interface Me {
  readonly [more: string]: unknown;
}

/** The private HTTP API as a page uses it. Every method throws {@link ApiError}. */
export interface Api extends VideoApi {
  /** A page of sessions, newest first. */
  sessions(query?: SessionQuery, signal?: AbortSignal): Promise<SessionList>;
  /** All about one session but its frames. */
  session(id: SessionId, signal?: AbortSignal): Promise<SessionDetail>;
  /** Frames in the order of the stream; at least one when there is any. */
  frames(
    id: SessionId,
    from: FramesFrom,
    options?: { readonly limit?: number; readonly signal?: AbortSignal },
  ): Promise<FramesPage>;
  /** Erases a session for good. */
  erase(id: SessionId): Promise<void>;
  /** Projects of whoever is signed in. */
  projects(signal?: AbortSignal): Promise<readonly ProjectItem[]>;
  /** Who is signed in; throws `unauthorized` when nobody is. */
  me(signal?: AbortSignal): Promise<Me>;
  /** Signs in with a read key. */
  signIn(key: string): Promise<void>;
  /** Ends the sign-in. */
  signOut(): Promise<void>;
}

/** Options of {@link createApi}. */
export interface ApiOptions {
  /** The server's address without a slash at its end; default: where the page came from. */
  readonly baseUrl?: string;
  readonly fetch?: Fetch;
  /** Headers for each request, such as `authorization`: credentials never go into an address. */
  readonly headers?: () => Readonly<Record<string, string>>;
}

const none = (): Readonly<Record<string, string>> => ({});

/** The target that options name. */
export const targetOf = (options: ApiOptions): Target => ({
  baseUrl: (options.baseUrl ?? "").replace(/\/+$/, ""),
  fetch: options.fetch ?? ((input, init) => fetch(input, init)),
  headers: options.headers ?? none,
});

/** Makes the client of the private HTTP API. */
export function createApi(options: ApiOptions = {}): Api {
  const target = targetOf(options);
  const path = (id: SessionId): string => `/v1/sessions/${encodeURIComponent(id)}`;
  return {
    ...createVideoApi(target),
    sessions: (query = {}, signal) => askJson(target, { path: `/v1/sessions${queryOf(query)}`, signal }),
    session: (id, signal) => askJson(target, { path: path(id), signal }),
    async frames(id, from, { limit, signal } = {}) {
      const query = queryOf({ ...from, limit });
      const response = await ask(target, {
        path: `${path(id)}/frames${query}`,
        accept: FRAMES_PAGE_TYPE,
        signal,
      });
      try {
        return decodeFramesPage(new Uint8Array(await response.arrayBuffer()));
      } catch (cause) {
        if (signal?.aborted === true) throw new ApiError("aborted", "the request was given up", { cause });
        throw new ApiError("bad_answer", "the answer is not a page of frames", {
          status: response.status,
          cause,
        });
      }
    },
    async erase(id) {
      await ask(target, { method: "DELETE", path: path(id) });
    },
    async projects(signal) {
      const answer = await askJson<{ readonly projects: readonly ProjectItem[] }>(target, {
        path: "/v1/projects",
        signal,
      });
      return answer.projects;
    },
    me: (signal) => askJson(target, { path: "/v1/me", signal }),
    async signIn(key) {
      await ask(target, { method: "POST", path: "/v1/sign-in", json: { key } });
    },
    async signOut() {
      await ask(target, { method: "POST", path: "/v1/sign-out" });
    },
  };
}

function queryOf(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) query.set(name, String(value));
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
