import type { StopResponse } from "@reeltime/recorder/protocol";
import { HttpError } from "../http/http-error.js";
import { sendJson } from "../http/send.js";
import { append, expectDurable, receive, type SessionRates, type SessionRoute } from "./append.js";
import type { CollectorOptions } from "./collector.js";

/**
 * `POST /v1/sessions/:id/stop`: appends the upload's frames, then closes the session. Stopping a session that is
 * closed already is fine, unless frames come with it.
 */
export function createStop(options: CollectorOptions, rates: SessionRates): SessionRoute {
  const { recorder, clock } = options;
  return (request, response, id) =>
    receive(options, rates, request, id, async (upload) => {
      const acked =
        upload.frames.length === 0 ? -1 : expectDurable(await append(recorder, upload, clock())).acked;
      const outcome = await recorder.close(upload.session, "stopped");
      if (outcome === "missing") throw new HttpError("not_found", "There is no such session.");
      const answer: StopResponse = { closed: true, acked };
      sendJson(response, 200, answer);
    });
}
