/*
 * Cause: of two activations of one window in a row only one was kept, so that when another window's, learnt of later,
 * turned out to lie between them, the second was missing: its user seemed to have stayed in the other window.
 */
import { decodeFrame, type WindowId } from "@reeltime/recorder/protocol";
import { expect, it } from "vitest";
import { readStored } from "../../src/store/buffered-frame.js";
import { SessionIndex } from "../../src/store/session-index.js";
import { FIRST, SECOND } from "../support/opened-store.js";
import { RecordedSession, START } from "../support/recorded-session.js";
import { checkout, click } from "../support/synthetic.js";

it("its user is in the window of the last input, whichever frame was read first", () => {
  const session = new RecordedSession(START);
  const first = session.append({ window: FIRST, events: [...checkout(START), click(START + 100)] });
  const second = session.append({ window: SECOND, writer: "writer-0002", events: checkout(START + 10) });
  const inUse = (frames: readonly (typeof first)[]): WindowId | undefined => {
    const index = new SessionIndex(START);
    for (const frame of frames) index.add(readStored(frame), undefined);
    return index.windowAt(START + 1_000);
  };
  expect(decodeFrame(first.bytes).inputMs).toBe(START + 100);
  expect(inUse([first, second])).toBe(FIRST);
  expect(inUse([second, first])).toBe(FIRST);
});
