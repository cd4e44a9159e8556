/*
 * Cause: a session began to listen to its body once its stream was found. A body without a byte had ended by
 * then, over HTTP/2, and the session waited for that end for ever.
 */
import { expect, it } from "vitest";
import { H2Call, h2connect } from "../support/raw.js";
import { startWithBasin } from "../support/server.js";

it("ends a session that ends at once, without a frame", async () => {
  const { server, basin } = await startWithBasin();
  await basin.streams.create({ stream: "s" });
  const session = h2connect(server.endpoint);
  for (let round = 0; round < 5; round++) {
    const call = new H2Call(session, "/v1/streams/s/records", {
      ":method": "POST",
      "content-type": "s2s/proto",
    });
    call.stream.end();
    await call.until(({ ended }) => ended);
    expect([call.status, call.bytes.length]).toEqual([200, 0]);
  }
});
