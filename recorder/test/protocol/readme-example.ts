import { decodeEvents, decodeFrame, deflateRaw, encodeFrame, type Frame } from "@reeltime/recorder/protocol";

/** What the README shows, between the two lines. */
export async function example(frameOf: (body: Uint8Array) => Frame): Promise<unknown> {
  // README begins
  const events = [{ type: 4, data: { href: "https://shop.example/" }, timestamp: 1_767_225_600_000 }];
  const body = await deflateRaw(new TextEncoder().encode(JSON.stringify(events)));
  const bytes = encodeFrame(frameOf(body));

  const frame = decodeFrame(bytes); // throws ProtocolError: malformed, unsupported_version, invalid, too_large
  const read = await decodeEvents(frame.codec, frame.body);
  // README ends
  return read;
}
