import type { DisplayEvent } from "@reeltime/recorder/protocol";
import type { Painted } from "./painter.js";

/** What a viewer is told over a picture that does not go on as usual. */
export interface StateWords {
  readonly title: string;
  readonly text: string;
  /** Said beside the picture, which goes on; else over it. */
  readonly aside: boolean;
}

/** A window has a name worth saying; a display is the screen. */
const thing = ({ source }: DisplayEvent): string => (source === "window" ? "window" : "display");

/** Words for a picture's state, and for what came of it; `undefined` when there is nothing to say. */
export function stateWords(
  display: DisplayEvent,
  { filled, tooLarge }: Pick<Painted, "filled" | "tooLarge">,
): StateWords | undefined {
  const last = filled ? " This is its last picture." : "";
  const it = thing(display);
  switch (display.state) {
    case "shown":
      if (tooLarge)
        return { title: "Too large", text: "It has more pixels than can be shown here.", aside: false };
      return filled
        ? undefined
        : {
            title: "No picture is recorded",
            text: "Only what its user did, without the screen.",
            aside: false,
          };
    case "minimised":
      return { title: "Minimised", text: `The ${it} is not on the screen.${last}`, aside: false };
    case "closed":
      return it === "window"
        ? { title: "Closed", text: `The window was closed.${last}`, aside: false }
        : { title: "Disconnected", text: `The display is no longer there.${last}`, aside: false };
    case "outside":
      return {
        title: "Partly off the screen",
        text: "What lies beyond every display cannot be captured.",
        aside: true,
      };
    case "denied":
      return { title: "Hidden", text: `This ${it} is never recorded, by a rule of the app.`, aside: false };
    case "paused":
      return { title: "Recording paused", text: `By the user or the app.${last}`, aside: false };
    case "unavailable":
      return {
        title: "No picture",
        text: `The ${it} could not be captured. It goes on as soon as it can.${last}`,
        aside: false,
      };
  }
}
