import { describe, expect, it } from "vitest";
import { InputTrack, type PictureInput } from "../../../src/surfaces/screen/input-track.js";
import { GLIDE_MS, KEY_MS, MAX_KEYS, RIPPLE_MS, WHEEL_MS } from "../../../src/surfaces/screen/limits.js";
import { button, key, pointer, wheel } from "../../support/screen-recording.js";

function track(...inputs: readonly PictureInput[]): InputTrack {
  const made = new InputTrack();
  made.add(inputs);
  return made;
}

describe("what a user does to a picture", () => {
  it("has no pointer before it was seen, and then it stays where it was", () => {
    const made = track(pointer(1_000, 10, 20));
    expect(made.at(999).pointer).toBeUndefined();
    expect(made.at(90_000).pointer).toMatchObject({ x: 10, y: 20 });
  });

  it("glides from one known place to the next, and waits before a long pause ends", () => {
    const made = track(pointer(1_000, 0, 0), pointer(1_050, 50, 100), pointer(9_000, 0, 0));
    expect(made.at(1_025).pointer).toMatchObject({ x: 25, y: 50 });
    expect(made.at(1_050).pointer).toMatchObject({ x: 50, y: 100 });
    expect(made.at(9_000 - GLIDE_MS).pointer).toMatchObject({ x: 50, y: 100 });
    expect(made.at(9_000 - GLIDE_MS / 2).pointer).toMatchObject({ x: 25, y: 50 });
  });

  it("shows clicks, keys and the wheel for a while, by the moment alone", () => {
    const made = track(
      button(1_000, 5, 6),
      button(1_100, 5, 6, false),
      key(1_000, "Ctrl+S"),
      wheel(1_000, 7, 8),
    );
    const soon = made.at(1_000 + RIPPLE_MS / 2);
    expect(soon.ripples).toMatchObject([{ x: 5, y: 6, button: 1, age: 0.5 }]);
    expect(soon.keys).toMatchObject([{ key: "Ctrl+S" }]);
    expect(made.at(1_000 + WHEEL_MS / 2).wheel).toMatchObject({ deltaY: 1, age: 0.5 });
    expect(made.at(1_000 + KEY_MS + 1)).toMatchObject({ ripples: [], keys: [], wheel: undefined });
    expect(made.at(1_000 + RIPPLE_MS / 2)).toEqual(soon);
  });

  it("knows whether a button is held, however long ago it went down", () => {
    const made = track(button(1_000, 5, 6), pointer(60_000, 7, 8), button(61_000, 9, 9, false));
    made.forget(60_500);
    expect(made.at(60_500).pressed).toBe(true);
    expect(made.at(61_000).pressed).toBe(false);
  });

  it("keeps the last place when it forgets what can no longer be seen", () => {
    const made = track(...Array.from({ length: 500 }, (_, index) => pointer(index * 20, index, index)));
    made.forget(60_000);
    expect(made.at(60_000).pointer).toMatchObject({ x: 499, y: 499 });
    made.add([pointer(60_100, 0, 0)]);
    expect(made.at(60_100).pointer).toMatchObject({ x: 0, y: 0 });
  });

  it("takes what comes late into its place, and shows only the newest keys", () => {
    const made = track(pointer(2_000, 20, 0), pointer(1_000, 10, 0));
    expect(made.at(1_500).pointer).toMatchObject({ x: 10 });
    made.add(Array.from({ length: 9 }, (_, index) => key(5_000 + index, `F${index + 1}`)));
    const shown = made.at(5_010).keys.map((each) => each.key);
    expect(shown).toHaveLength(MAX_KEYS);
    expect(shown.at(-1)).toBe("F9");
  });
});
