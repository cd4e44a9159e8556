import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DisplayEvent, PaintEvent, ScreenEvent } from "@reeltime/recorder/protocol";
import { type Reeltime, until } from "../../../server/test/journey/reeltime.js";
import type { RecorderOptions } from "../../src/types.js";
import { HostApp } from "./host-app.js";
import { type KeptFrame, listKeptFrames } from "./kept-frames.js";
import { eventsOf, type OpenedFrame, openFrames, windowsOf } from "./replayed-pictures.js";

/** What a test's recording is made of, beside the recorder's own options. */
export interface RecordingOptions {
  readonly server: Reeltime;
  /** The environment with a display in it. */
  readonly env: NodeJS.ProcessEnv;
  readonly options?: Partial<RecorderOptions>;
  /** Captures whose masked pixels are kept; default 300. */
  readonly keptFrames?: number;
  /** A folder that outlives this recording, for an app that is started again. */
  readonly spoolFolder?: string;
}

/** An app that records, its session, and what its helper captured. */
export class Recording {
  readonly app: HostApp;
  readonly sessionId: string;
  readonly url: string;
  /** What to add to the helpers' times to get the app's epoch ms. */
  readonly epochOffsetMs: number;
  readonly #server: Reeltime;
  readonly #folder: string;

  private constructor(
    app: HostApp,
    url: string,
    epochOffsetMs: number,
    { server }: RecordingOptions,
    folder: string,
  ) {
    this.app = app;
    this.url = url;
    this.sessionId = new URL(url).pathname.split("/").at(-1) ?? "";
    this.epochOffsetMs = epochOffsetMs;
    this.#server = server;
    this.#folder = folder;
  }

  /** Starts an app and its recorder, and waits for the session to be open. */
  static async start(given: RecordingOptions): Promise<Recording> {
    const folder = mkdtempSync(join(tmpdir(), "reeltime-recording-"));
    const { server, env, options, keptFrames = 300, spoolFolder = join(folder, "spool") } = given;
    const app = await HostApp.start(
      {
        ...env,
        REELTIME_TEST_FRAMES: join(folder, "frames"),
        REELTIME_TEST_FRAMES_KEEP: String(keptFrames),
      },
      { projectKey: server.projectKey, apiHost: server.origin, spoolFolder, ...options },
    );
    const epochOffsetMs = await app.epochOffsetMs();
    await app.call("start");
    const url = await until(() => app.url(), "a session that is open").catch((error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify(app.troubles)} ${app.said}`);
    });
    return new Recording(app, url, epochOffsetMs, given, folder);
  }

  /** The captures that are kept, in the order of time. */
  kept(): readonly KeptFrame[] {
    return listKeptFrames(join(this.#folder, "frames"));
  }

  /** The ids of the pictures that were captured, in the order in which they began. */
  pictureIds(): readonly string[] {
    return [...new Set(this.kept().map(({ picture }) => picture))];
  }

  /** Everything that the stream holds now. */
  async frames(): Promise<readonly OpenedFrame[]> {
    return openFrames(await this.#server.allFrames(this.sessionId));
  }

  /** All events of its only picture, or of the one in this place. */
  async events(place = 0): Promise<readonly ScreenEvent[]> {
    const frames = await this.frames();
    return eventsOf(frames, windowsOf(frames)[place] ?? "");
  }

  /** Waits until the stream says something. */
  async until<Found>(
    find: (frames: readonly OpenedFrame[]) => Found | undefined | false,
    what: string,
    timeoutMs = 30_000,
  ): Promise<Found> {
    return until(async () => find(await this.frames()), what, timeoutMs, 250);
  }

  /** Ends the recorder, the app, and what it kept. */
  async end(): Promise<void> {
    await this.app.call("stop").catch(() => {});
    await this.close();
  }

  /** Ends the app without asking it, and removes what it kept. */
  async close(): Promise<void> {
    await this.app.end();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Events of one type. */
export const ofType = <Type extends ScreenEvent["type"]>(
  events: readonly ScreenEvent[],
  type: Type,
): readonly Extract<ScreenEvent, { type: Type }>[] =>
  events.filter((event): event is Extract<ScreenEvent, { type: Type }> => event.type === type);

/** The states that a picture was in, in their order, each once. */
export const statesOf = (events: readonly ScreenEvent[]): readonly DisplayEvent["state"][] =>
  ofType(events, "display")
    .map(({ state }) => state)
    .filter((state, place, all) => state !== all[place - 1]);

/** The paints of a picture. */
export const paintsOf = (events: readonly ScreenEvent[]): readonly PaintEvent[] => ofType(events, "paint");
