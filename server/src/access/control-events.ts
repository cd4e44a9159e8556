import { isProjectId, type ProjectId } from "@reeltime/recorder/protocol";
import { MAX_READ_KEYS, MAX_SIGNED_OUT } from "../limits.js";

/** What is done with a project's sessions without anybody asking for it. */
export interface ProjectPolicy {
  /** A session with pictures of a screen becomes a video when it closes. Off unless somebody turns it on. */
  readonly mp4OnClose: boolean;
}

/** The policy of a project of which nothing else was said. */
export const DEFAULT_POLICY: ProjectPolicy = { mp4OnClose: false };

/** What keys and policies belong to. */
export interface Project {
  readonly id: ProjectId;
  readonly name: string;
  /** Public, in clear: pages carry it. */
  readonly key: string;
  /** Patterns of the origins that may record into it. */
  readonly origins: readonly string[];
  readonly policy: ProjectPolicy;
}

/** What happened to projects, keys and sign-ins, as the control stream holds it. */
export type ControlEvent =
  | ({ readonly type: "project-created"; readonly atMs: number } & Omit<Project, "policy">)
  /** What it does not name stays as it was. */
  | {
      readonly type: "policy-changed";
      readonly atMs: number;
      readonly project: ProjectId;
      readonly policy: Partial<ProjectPolicy>;
    }
  /** A read key, by the hex of its SHA-256: it has 256 random bits, so a fast hash keeps it. */
  | { readonly type: "read-key-created"; readonly atMs: number; readonly hash: string }
  /** A browser signed out; its cookie, which names `id`, is worth nothing although it would last until `untilMs`. */
  | { readonly type: "signed-out"; readonly atMs: number; readonly id: string; readonly untilMs: number };

/** The control stream's events, added up. */
export interface ControlState {
  readonly projects: ReadonlyMap<ProjectId, Project>;
  /** Oldest first, at most {@link MAX_READ_KEYS}. */
  readonly readKeyHashes: readonly string[];
  /** Signed-out cookies, at most {@link MAX_SIGNED_OUT}. */
  readonly signedOut: ReadonlyMap<string, number>;
}

/** Before anything happened. */
export const EMPTY_CONTROL: ControlState = { projects: new Map(), readKeyHashes: [], signedOut: new Map() };

/** Adds one event. An event of a kind this build does not know, or that is not one, changes nothing. */
export function applyControl(state: ControlState, event: unknown, nowMs: number): ControlState {
  const known = asControlEvent(event);
  switch (known?.type) {
    case undefined:
      return state;
    case "project-created": {
      const { id, name, key, origins } = known;
      const policy = state.projects.get(id)?.policy ?? DEFAULT_POLICY;
      return { ...state, projects: new Map(state.projects).set(id, { id, name, key, origins, policy }) };
    }
    case "policy-changed": {
      const project = state.projects.get(known.project);
      if (project === undefined) return state;
      const { mp4OnClose = project.policy.mp4OnClose } = known.policy;
      return {
        ...state,
        projects: new Map(state.projects).set(project.id, { ...project, policy: { mp4OnClose } }),
      };
    }
    case "read-key-created":
      return { ...state, readKeyHashes: [...state.readKeyHashes, known.hash].slice(-MAX_READ_KEYS) };
    case "signed-out": {
      const live = [...state.signedOut].filter(([, untilMs]) => untilMs > nowMs).slice(1 - MAX_SIGNED_OUT);
      return { ...state, signedOut: new Map(live).set(known.id, known.untilMs) };
    }
  }
}

function asControlEvent(value: unknown): ControlEvent | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const event = value as Partial<Record<string, unknown>>;
  switch (event.type) {
    case "project-created":
      return isProjectId(event.id) && typeof event.key === "string" && Array.isArray(event.origins)
        ? (value as ControlEvent)
        : undefined;
    case "policy-changed":
      return isProjectId(event.project) && isPolicy(event.policy) ? (value as ControlEvent) : undefined;
    case "read-key-created":
      return typeof event.hash === "string" ? (value as ControlEvent) : undefined;
    case "signed-out":
      return typeof event.id === "string" && typeof event.untilMs === "number"
        ? (value as ControlEvent)
        : undefined;
    default:
      return undefined;
  }
}

function isPolicy(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { mp4OnClose } = value as Partial<Record<string, unknown>>;
  return mp4OnClose === undefined || typeof mp4OnClose === "boolean";
}
