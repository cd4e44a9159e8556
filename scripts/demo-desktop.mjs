/**
 * `npm run demo:desktop`: a desktop session that needs no desktop. Plays a minute at a desk into a running server (or
 * one that it starts), as the recorder would send it, so that it can be watched live and replayed.
 */
import { parseArgs } from "node:util";
import { hasFonts } from "./desktop/drawing.mjs";
import { play } from "./desktop/play.mjs";
import { isRunning, projectKeyOf, startServer } from "./desktop/server.mjs";

const HELP = `npm run demo:desktop [-- options]

Plays a minute at a desk into a Reeltime server, to be watched live and replayed. Needs no screen.

  --server URL     where to; default http://127.0.0.1:8787, started here when nothing runs there
  --key pk_…       the project's key; default: read with the read key in the server's data folder
  --fast           all at once, as a session that has just ended, instead of live
  --minutes N      plays it over and over for so long
  --size WxH       of the display; default 1440x900
  --displays 2     a second display beside it
  --scale N        pixels a point; default 1
`;

async function main() {
  const { values } = parseArgs({
    options: {
      server: { type: "string" },
      key: { type: "string" },
      fast: { type: "boolean", default: false },
      minutes: { type: "string" },
      size: { type: "string", default: "1440x900" },
      displays: { type: "string", default: "1" },
      scale: { type: "string", default: "1" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return process.stdout.write(HELP);
  const [width, height] = values.size.split("x").map((side) => whole("--size", side, 320, 3_840));
  const options = {
    width,
    height,
    displays: whole("--displays", values.displays, 1, 2),
    scale: whole("--scale", values.scale, 1, 3),
    fast: values.fast,
    lengthMs: values.minutes === undefined ? undefined : 60_000 * positive("--minutes", values.minutes),
  };
  if (!(await hasFonts())) {
    say(
      "This machine has no fonts, so there will be no letters. On Debian: apt-get install fonts-dejavu-core",
    );
  }
  const { origin, stop } = await reach(values.server);
  const projectKey = values.key ?? (await projectKeyOf(origin));
  if (projectKey === undefined) {
    throw new Error(
      `The server at ${origin} is another one's: give --key pk_… (it says it when it starts), or REELTIME_DATA, its data folder.`,
    );
  }
  const ended = stop === undefined ? undefined : untilEnded();
  await play({ ...options, apiHost: origin, projectKey, say });
  if (ended === undefined || stop === undefined) return undefined;
  say("\n  The server runs on. Ctrl+C ends it.");
  await ended;
  return stop();
}

/** The server that runs, or one that is started here. */
async function reach(named) {
  const origin = (named ?? `http://127.0.0.1:${process.env.PORT ?? 8787}`).replace(/\/+$/, "");
  if (!URL.canParse(origin)) throw new Error(`--server ${named} is no address.`);
  if (await isRunning(origin)) return { origin, stop: undefined };
  if (named !== undefined)
    throw new Error(`Nothing answers at ${origin}. Is the server running (npm start)?`);
  say(`  Nothing runs at ${origin}: starting a server.`);
  return startServer();
}

const untilEnded = () =>
  new Promise((resolve) => {
    process.once("SIGINT", resolve).once("SIGTERM", resolve);
  });

function positive(name, text) {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${name} ${text}: must be a number above 0.`);
  return value;
}

function whole(name, text, least, most) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new Error(`${name} ${text}: must be from ${least} to ${most}.`);
  return value;
}

function say(words) {
  process.stdout.write(`${words}\n`);
}

main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(error?.code?.startsWith?.("ERR_PARSE_ARGS") ? 2 : 1);
  },
);
