/** Sends the story to a server as the recorder would: live in its own time, or all at once as a session that was. */
import { randomBytes } from "node:crypto";
import { createUploader, MAX_QUEUE_BYTES } from "@reeltime/recorder/uploader";
import { FrameGatherer, SyntheticRecorder, storyLengthMs } from "./session.mjs";

const FPS = 10;
const FLUSH_MS = 1_000;
/** Frames that wait for an answer before more are made, when all is sent at once. */
const MAX_WAITING = 16;
const STOP_MS = 20_000;

const createId = () => randomBytes(15).toString("base64url");
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** One display of the session: its frames' way to the server. */
class Channel {
  watched = false;
  url;
  #pushed = 0;
  #acked = 0;
  #uploader;
  #ended;

  constructor({ apiHost, projectKey, client, startedAtMs, shared, askCheckout }) {
    this.gatherer = new FrameGatherer(createId());
    this.#ended = new Promise((resolve) => {
      this.#uploader = createUploader({
        apiHost,
        projectKey,
        describe: () => client,
        fetch: startedAtMs === undefined ? fetch : openedAt(startedAtMs),
        clock: Date.now,
        chance: Math.random,
        setTimer: setTimeout,
        clearTimer: clearTimeout,
        createWriter: createId,
        loadSession: () => shared.session,
        saveSession: (session) => {
          shared.session = session;
        },
        exclusive: (work) => {
          const turn = shared.turn.then(work);
          shared.turn = turn.catch(() => {});
          return turn;
        },
        maxQueueBytes: 8 * MAX_QUEUE_BYTES,
        beat: () => undefined,
        askCheckout,
        onAck: ({ acked, watched, checkout }) => {
          this.#acked = acked + 1;
          this.watched = watched;
          if (checkout.includes(this.gatherer.window)) askCheckout();
        },
        onOpen: ({ url }) => {
          this.url = url;
          shared.onOpen(url);
        },
        onEnd: (reason) => {
          resolve(reason);
          return false;
        },
      });
    });
  }

  push(frame) {
    if (frame === undefined) return;
    this.#pushed += 1;
    this.#uploader.push(frame);
  }

  /** Resolves when few frames wait. */
  async room() {
    while (this.#pushed - this.#acked > MAX_WAITING) await Promise.race([sleep(5), this.#ended]);
  }

  /** Sends what is left. The last channel to stop ends the session. */
  async stop(atMs, isLast) {
    this.push(this.gatherer.flush());
    if (!isLast) {
      while (this.#pushed > this.#acked) await Promise.race([sleep(20), this.#ended]);
      return this.#uploader.end();
    }
    this.#uploader.stop(closing(this.gatherer.window, atMs));
    return Promise.race([this.#ended, sleep(STOP_MS)]);
  }

  get ended() {
    return this.#ended;
  }
}

/** Opens a session that began earlier; everything else is fetched as it is. */
const openedAt = (startedAtMs) => (url, init) =>
  fetch(
    url,
    url.endsWith("/v1/sessions")
      ? { ...init, body: JSON.stringify({ ...JSON.parse(init.body), startedAtMs }) }
      : init,
  );

const closing = (window, atMs) => ({
  window,
  kind: "close",
  firstMs: atMs,
  lastMs: atMs,
  inputMs: undefined,
  checkout: false,
  codec: "json",
  keyId: undefined,
  events: 0,
  rawBytes: 0,
  facts: [],
  lost: undefined,
  body: new Uint8Array(),
});

/**
 * Plays the story, once unless `lengthMs` says otherwise.
 * @param {object} options as of `SyntheticRecorder`, and:
 * @param {string} options.apiHost @param {string} options.projectKey
 * @param {boolean} options.fast all at once
 * @param {(words: string) => void} options.say
 * @returns {Promise<string | undefined>} where it can be watched
 */
export async function play({ apiHost, projectKey, fast, lengthMs, say, displays = 1, ...options }) {
  const endMs = lengthMs ?? storyLengthMs(options);
  const startMs = fast ? Date.now() - endMs : Date.now();
  const recorder = new SyntheticRecorder({ ...options, displays, startMs });
  const shared = {
    session: undefined,
    turn: Promise.resolve(),
    onOpen: once((url) => say(`\n  ${fast ? "Session" : "Live now"}   ${url}\n`)),
  };
  const client = {
    sdk: "desktop/0.1.0",
    userAgent: "Reeltime desktop (Linux; demo)",
    title: "Ledger",
    screenWidth: options.width ?? 1440,
    screenHeight: options.height ?? 900,
  };
  const channels = Array.from(
    { length: displays },
    (_, place) =>
      new Channel({
        apiHost,
        projectKey,
        client,
        startedAtMs: fast ? startMs : undefined,
        shared,
        askCheckout: () => recorder.askCheckout(place),
      }),
  );
  let over;
  for (const { ended } of channels) void ended.then((reason) => (over ??= reason));
  let flushedMs = 0;
  for (let ms = 0; ms <= endMs && over === undefined; ms += 1_000 / FPS) {
    const atMs = startMs + Math.round(ms);
    if (!fast) await sleep(atMs - Date.now());
    const told = await recorder.capture(atMs);
    const due = ms - flushedMs >= FLUSH_MS || ms === 0;
    for (const [place, channel] of channels.entries()) {
      channel.push(channel.gatherer.take(told[place]));
      if (due || channel.watched) channel.push(channel.gatherer.flush());
      if (fast) await channel.room();
    }
    if (due) flushedMs = ms;
  }
  if (over !== undefined)
    throw new Error(
      over === "refused"
        ? `The server takes nothing with the key ${projectKey}: it says its own when it starts.`
        : "The server ended the session.",
    );
  for (const [place, channel] of channels.entries())
    await channel.stop(startMs + Math.round(endMs), place === channels.length - 1);
  const { url } = channels[0] ?? {};
  say(`  ${fast ? "It is all there." : "Over."} Replay it at\n             ${url}`);
  return url;
}

function once(work) {
  let done = false;
  return (...words) => {
    if (!done) work(...words);
    done = true;
  };
}
