import { encodeUpload } from "@reeltime/recorder/protocol";
import { describeClient } from "../recorder/host.js";
import { type Found, ok, trouble, untried } from "./finding.js";
import { CLOCK_NOTICE_MS, SERVER_TIMEOUT_MS } from "./limits.js";

/** The server to ask, and how. */
export interface ServerQuestion {
  /** Such as `https://replay.example.com`. */
  readonly server: string;
  readonly key: string | undefined;
  readonly fetch: typeof fetch;
  /** Epoch ms. */
  readonly clock: () => number;
}

/** Whether the server answers, and how far its clock is from this one's. */
export async function checkServer(question: ServerQuestion): Promise<Found> {
  const { server, clock } = question;
  const askedMs = clock();
  let response: Response;
  try {
    response = await ask(question, "/health", {});
  } catch (error) {
    return trouble(
      `${server} does not answer: ${reasonOf(error)}.`,
      "Check the address, that the server runs, and that no firewall or proxy lies between. What is recorded meanwhile is kept on the disk.",
    );
  }
  const health: unknown = await response.json().catch(() => undefined);
  if (!response.ok || (health as { status?: unknown } | undefined)?.status !== "ok")
    return trouble(
      `Something answers at ${server}, but it is no Reeltime server (status ${response.status}).`,
      "Give the server's own address, without a path: such as https://replay.example.com.",
    );
  const awayMs = Date.parse(response.headers.get("date") ?? "") - (askedMs + clock()) / 2;
  if (Number.isFinite(awayMs) && Math.abs(awayMs) > CLOCK_NOTICE_MS)
    return ok(
      `answers; its clock is ${Math.round(Math.abs(awayMs) / 1_000)} s ${awayMs > 0 ? "ahead of" : "behind"} this machine's, which is put right in the recording`,
    );
  return ok("answers; its clock agrees with this machine's");
}

/** Whether the project's key is one of the server's: opens a session with it, since it can do nothing else, and ends it. */
export async function checkKey(question: ServerQuestion): Promise<Found> {
  const { key, clock } = question;
  if (key === undefined) return untried("no key was given: --key pk_…");
  // In a list of sessions it is a desktop's, and says whose.
  const client = { ...describeClient(), sdk: "desktop/doctor", title: "reeltime-desktop doctor" };
  const body = JSON.stringify({ key, sentAtMs: clock(), client });
  try {
    const response = await ask(question, "/v1/sessions", {
      method: "POST",
      body,
      headers: { "content-type": "text/plain" },
    });
    const answer = (await response.json().catch(() => ({}))) as {
      readonly error?: { readonly code?: string };
      readonly sessionId?: string;
      readonly token?: string;
    };
    if (response.status === 201 && answer.token !== undefined) {
      const stopped = await ask(question, `/v1/sessions/${answer.sessionId}/stop`, {
        method: "POST",
        body: encodeUpload({ token: answer.token, sentAtMs: clock(), frames: [] }),
        headers: { "content-type": "text/plain" },
      });
      return ok(
        stopped.ok
          ? "the server knows it; an empty session was made, and ended, to find that out"
          : "the server knows it; an empty session was made to find that out, and ends by itself in a while",
      );
    }
    if (response.status === 401)
      return trouble(
        "The server knows no project with this key.",
        "Copy the project's public key, which begins with pk_, from what the server says when it starts.",
      );
    return trouble(
      `The server answered ${response.status} ${answer.error?.code ?? ""}`.trimEnd(),
      response.status === 429 || (response.status === 503 && answer.error !== undefined)
        ? "Try again in a minute."
        : "Check the address: what answers there may be no Reeltime server.",
    );
  } catch (error) {
    return trouble(`The key could not be tried: ${reasonOf(error)}.`);
  }
}

function ask({ server, fetch }: ServerQuestion, path: string, init: RequestInit): Promise<Response> {
  return fetch(new URL(path, server), {
    ...init,
    redirect: "error",
    signal: AbortSignal.timeout(SERVER_TIMEOUT_MS),
  });
}

/** What went wrong, in words: fetch's own error says only that it failed. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { readonly cause?: NodeJS.ErrnoException };
  if (name === "TimeoutError") return `no answer in ${SERVER_TIMEOUT_MS / 1_000} seconds`;
  switch (cause?.code) {
    case "ECONNREFUSED":
      return "nothing listens there";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "there is no machine of that name";
    case "CERT_HAS_EXPIRED":
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return `its certificate is not trusted here (${cause.code})`;
    default:
      return cause?.message ?? message;
  }
}
