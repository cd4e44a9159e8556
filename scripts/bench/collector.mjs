/** The public collector as a page uses it: opening a session and sending frames. */
import { encodeUpload } from "../../recorder/dist/protocol/page.js";

const post = (server, path, body) =>
  fetch(server.origin + path, { method: "POST", body, headers: { "content-type": "text/plain" } });

/** Opens a session named for its recording, as of a page whose clock says `sentAtMs`. */
export async function openSession(server, name, sentAtMs) {
  const client = { sdk: "bench/1", url: `https://${name}.example/` };
  const answer = await post(
    server,
    "/v1/sessions",
    JSON.stringify({ key: server.projectKey, sentAtMs, client }),
  );
  if (answer.status !== 201) throw new Error(`open answered ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Sends frames, waiting where the server asks for it. Returns the ack. */
export async function sendFrames(server, { sessionId, token }, sentAtMs, frames) {
  const body = encodeUpload({ token, sentAtMs, frames });
  const answer = await post(server, `/v1/sessions/${sessionId}/frames`, body);
  if (answer.status === 200) return answer.json();
  if (answer.status !== 429) throw new Error(`frames answered ${answer.status} ${await answer.text()}`);
  const waitMs = 1000 * Number(answer.headers.get("retry-after") ?? 1);
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  return sendFrames(server, { sessionId, token }, sentAtMs, frames);
}
