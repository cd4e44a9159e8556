import { describe, expect, it } from "vitest";
import { Pressed } from "../../src/input/pressed.js";

const button = (down: boolean, x: number, number = 1) =>
  ({ type: "button", atMs: x, x, y: 0, button: number, down, clicks: 1 }) as const;
const move = (x: number) => ({ type: "pointer", atMs: x, x, y: 0 }) as const;
const wheel = (x: number) => ({ type: "wheel", atMs: x, x, y: 0, deltaX: 0, deltaY: 1 }) as const;

describe("presses and releases", () => {
  it("are told in pairs: a release exactly when its press was", () => {
    const pressed = new Pressed();
    expect(pressed.decide(button(true, 1), "hidden")).toBeUndefined();
    expect(pressed.decide(button(false, 2), "told")).toBeUndefined();
    expect(pressed.decide(button(true, 3), "told")).toEqual(button(true, 3));
    expect(pressed.decide(button(false, 4), "told")).toEqual(button(false, 4));
    expect(pressed.decide(button(false, 5), "told")).toBeUndefined();
  });

  it("follow what is dragged out of a picture", () => {
    const pressed = new Pressed();
    expect(pressed.decide(move(1), "outside")).toBeUndefined();
    pressed.decide(button(true, 2), "told");
    expect(pressed.decide(move(3), "outside")).toEqual(move(3));
    expect(pressed.decide(wheel(4), "outside")).toBeUndefined();
    expect(pressed.decide(button(true, 5, 3), "outside")).toBeUndefined();
    expect(pressed.decide(button(false, 6), "outside")).toEqual(button(false, 6));
    expect(pressed.decide(move(7), "outside")).toBeUndefined();
  });

  it("say nothing of where something was dropped that may not be said", () => {
    const pressed = new Pressed();
    pressed.decide(button(true, 2), "told");
    pressed.decide(move(3), "told");
    expect(pressed.decide(move(4), "hidden")).toBeUndefined();
    expect(pressed.decide(button(false, 5), "hidden")).toEqual({ ...button(false, 5), x: 3 });
  });
});
