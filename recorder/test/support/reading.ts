import type { Envelope, SessionRef } from "../../src/protocol/index.js";
import { decodeFrame } from "../../src/protocol/index.js";
import type { Recorder } from "../../src/types.js";

/** All frames' envelopes of a session, read by pages to the end. */
export async function readAll(
  recorder: Recorder,
  session: SessionRef,
  maxBytes?: number,
): Promise<Envelope[]> {
  const envelopes: Envelope[] = [];
  let next = 0;
  for (;;) {
    const page = await recorder.read(session, {
      fromSeqNum: next,
      ...(maxBytes === undefined ? {} : { maxBytes }),
    });
    if (page === undefined) throw new Error("there is no such session");
    for (const { bytes } of page.frames) envelopes.push(decodeFrame(bytes));
    if (page.next === page.tail) return envelopes;
    if (page.next <= next) throw new Error("a page does not go on");
    next = page.next;
  }
}

/** The numbers of each writer, in the order of the stream. */
export function numbersByWriter(envelopes: readonly Envelope[]): Map<string, number[]> {
  const numbers = new Map<string, number[]>();
  for (const { writer, number } of envelopes) numbers.set(writer, [...(numbers.get(writer) ?? []), number]);
  return numbers;
}

/** 0 to `count` - 1. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
