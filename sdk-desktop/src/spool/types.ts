import type { Draft, Uploader, UploaderOptions } from "@reeltime/recorder/uploader";
import type { Trouble, TroubleCode } from "../types.js";

/** What an uploader needs beside what the spool gives it. */
export type SpooledUploaderOptions = Omit<
  UploaderOptions,
  | "apiHost"
  | "projectKey"
  | "loadSession"
  | "saveSession"
  | "exclusive"
  | "deflate"
  | "maxQueueBytes"
  | "keeper"
>;

/** What sends the frames of processes that are gone. */
export type LeftoverOptions = Pick<
  SpooledUploaderOptions,
  "describe" | "fetch" | "clock" | "chance" | "setTimer" | "clearTimer" | "createWriter"
>;

/** Configures `openSpool(options): Promise<Spool>` (`spool.ts`), which never rejects. */
export interface SpoolOptions {
  /** Where; made when missing, for its user only. `false`: in memory alone, up to `MAX_MEMORY_ALONE_BYTES`. */
  readonly folder: string | false;
  /** Bytes the folder may take, all that lies in it counted. */
  readonly maxBytes: number;
  /** Milliseconds after which what could not be sent is given up, once its session has ended. Default `MAX_AGE_MS`. */
  readonly maxAgeMs?: number;
  /** Where frames go, and for which project. What is left for others is left alone. */
  readonly apiHost: string;
  readonly projectKey: string;
  /** Epoch ms. */
  readonly clock: () => number;
  /** `spool_failed` and `spool_full`, once each until `onRecovered`. */
  readonly onTrouble: (trouble: Trouble) => void;
  readonly onRecovered: (code: TroubleCode) => void;
}

/**
 * Holds what is not acknowledged, on the disk, so that it outlives this process; when the disk fails, in memory. None of it
 * throws or rejects.
 */
export interface Spool {
  /** Bytes of frames that wait. */
  readonly bytes: number;
  /** Of these, those on the disk, for the next process; 0 while it fails. After `close`: those that it has left there. */
  readonly keptBytes: number;
  /**
   * Whether captures should go on. False: take no more until it is true again (nothing is lost by that, and no checkout is
   * needed after it). What is pushed all the same is taken while the reserve lasts, then lost, and told so.
   */
  room(): boolean;
  /** A run of the recorder, from its `start` to its `stop`: its pictures share one session. */
  begin(): SpoolRun;
  /**
   * Takes over what processes that are gone have left here for this collector and project, and sends it, the oldest first,
   * beside what is captured now. Resolves when nothing of it is left, or `close` was called.
   */
  sendLeftovers(options: LeftoverOptions): Promise<void>;
  /** Writes what is not written yet, and lets go of the folder: what waits is for the next process. Last of all. */
  close(): Promise<void>;
}

/** An uploader whose frames are kept until they are acknowledged. */
export interface SpooledUploader extends Uploader {
  /** Nothing more comes but this: it is let go once all it has is acknowledged, and the session goes on. */
  retire(close: Draft): void;
}

/** One session after another, of one run. */
export interface SpoolRun {
  /**
   * An uploader for one picture, whose frames are kept until they are acknowledged. Do not `end` it to go away: that forgets
   * what waits. Leave it to send in the background, or `close` the spool.
   */
  createUploader(options: SpooledUploaderOptions): SpooledUploader;
  /** Captured and not yet acknowledged, over all pictures. */
  readonly waiting: number;
  /** Events that were lost over all pictures, and told so in the session, or about to be; after `close`, also those that the disk has not. */
  readonly lost: number;
}
