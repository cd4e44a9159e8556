import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  EXPORT_OVERLAYS,
  type ExportedVideo,
  isProjectId,
  isSessionId,
  isWindowId,
  type ProjectId,
  type SessionId,
  type WindowId,
} from "@reeltime/recorder/protocol";
import { z } from "zod";
import { type ExportRequest, exportIdOf } from "./request.js";

/** What the folder says of an export: enough to begin its job again, or to serve its file, after a restart. */
export interface KeptExport {
  readonly request: ExportRequest;
  /** Epoch ms. */
  readonly askedMs: number;
  /** A project's policy wanted it, nobody asked. */
  readonly onClose: boolean;
  /** Times its job was begun. */
  readonly attempts: number;
  /** Once it is made. */
  readonly video?: ExportedVideo;
}

const whole = z.int().min(0);
const marker = z.object({
  version: z.literal(1),
  project: z.custom<ProjectId>(isProjectId),
  session: z.custom<SessionId>(isSessionId),
  window: z.custom<WindowId>(isWindowId).nullable(),
  overlay: z.array(z.enum(EXPORT_OVERLAYS)),
  askedMs: whole,
  onClose: z.boolean(),
  attempts: whole,
  video: z
    .object({
      bytes: whole,
      durationMs: z.number().min(0),
      width: whole,
      height: whole,
      whole: z.boolean(),
      dropped: whole,
      madeMs: whole,
    })
    .nullable(),
});

/**
 * The folder of exports: a video and a marker beside it for each, readable by this user only. A cache: deleting it while the
 * server is stopped costs making them again. A marker without a video is a job that is not done.
 */
export class ExportFolder {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Opens it, making it when it is missing, and removes what a job left that was cut off. */
  static async open(
    path: string,
  ): Promise<{ readonly folder: ExportFolder; readonly kept: readonly KeptExport[] }> {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const folder = new ExportFolder(path);
    const kept = new Map<string, KeptExport>();
    const names = await readdir(path);
    for (const name of names.filter((each) => each.endsWith(".json"))) {
      const found = await folder.#read(name);
      if (found !== undefined) kept.set(exportIdOf(found.request), found);
    }
    const wanted = new Set(
      [...kept].flatMap(([id, { video }]) => [`${id}.json`, ...(video === undefined ? [] : [`${id}.mp4`])]),
    );
    for (const name of names.filter((each) => !wanted.has(each)))
      await rm(join(path, name), { force: true, recursive: true });
    return { folder, kept: [...kept.values()] };
  }

  /** Where the video of an export lies once it is made. */
  fileOf(id: string): string {
    return join(this.#path, `${id}.mp4`);
  }

  /**
   * Where one attempt writes: no two share it, so that one that is ending harms none that begins. Nor does one whose server was
   * killed, which may go on for a moment beside the next server's.
   */
  draftOf(id: string): string {
    return join(this.#path, `${id}.${randomUUID()}.draft.mp4`);
  }

  /** Writes an export's marker: whole or not at all. */
  async keep({ request, askedMs, onClose, attempts, video }: KeptExport): Promise<void> {
    const { session, window, overlay } = request;
    const said: z.input<typeof marker> = {
      version: 1,
      project: session.project,
      session: session.sessionId,
      window: window ?? null,
      overlay: [...overlay],
      askedMs,
      onClose,
      attempts,
      video: video ?? null,
    };
    const file = join(this.#path, `${exportIdOf(request)}.json`);
    const written = `${file}.tmp`;
    try {
      await writeFile(written, JSON.stringify(said), { mode: 0o600, flush: true });
      await rename(written, file);
    } catch (error) {
      await rm(written, { force: true });
      throw error;
    }
  }

  /** Puts a draft in the place of the video. Resolves with its bytes. */
  async publish(id: string, draft: string): Promise<number> {
    const { size } = await stat(draft);
    await rename(draft, this.fileOf(id));
    return size;
  }

  /** Removes a draft, if it is there. */
  async discard(draft: string): Promise<void> {
    await rm(draft, { force: true });
  }

  /** Removes an export: its marker last, so that a crash in between leaves nothing that is not found again. */
  async remove(id: string): Promise<void> {
    await rm(this.fileOf(id), { force: true });
    await rm(join(this.#path, `${id}.json`), { force: true });
  }

  async #read(name: string): Promise<KeptExport | undefined> {
    const parsed = marker.safeParse(await readJson(join(this.#path, name)));
    if (!parsed.success) return undefined;
    const { project, session, window, overlay, askedMs, onClose, attempts, video } = parsed.data;
    const request = { session: { project, sessionId: session }, window: window ?? undefined, overlay };
    const id = exportIdOf(request);
    if (`${id}.json` !== name) return undefined;
    const kept = { request, askedMs, onClose, attempts };
    if (video === null) return kept;
    // Whoever removed or cut the video wants it made again when it is asked for, not before.
    const { size } = await stat(this.fileOf(id)).catch(() => ({ size: -1 }));
    return size === video.bytes ? { ...kept, video } : undefined;
  }
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    // Cut off or no JSON: it says nothing, and is removed.
    return undefined;
  }
}
