import type { CaptureCommand } from "../capture/messages.js";

/** Farther than any desktop goes, to each side. */
const FAR = 2 ** 24;

/**
 * A command as it is meant for the app's own windows. Of these it is not known on which display they are, by the names that
 * rules have for displays: a rectangle that is relative to one may lie anywhere, so that everything is black.
 */
export function forOwnWindows(command: CaptureCommand): CaptureCommand {
  if (command.type !== "configure") return command;
  const { rules } = command;
  const denyRectangles = rules.denyRectangles.map((rectangle) =>
    rectangle.display === undefined ? rectangle : { x: -FAR, y: -FAR, width: 2 * FAR, height: 2 * FAR },
  );
  return { ...command, rules: { ...rules, denyRectangles } };
}

/** What to tell of such a command, if something. */
export function explainOwnRules(command: CaptureCommand): string | undefined {
  const names =
    command.type !== "configure" ? [] : command.rules.denyRectangles.flatMap(({ display }) => display ?? []);
  return names.length === 0
    ? undefined
    : `A rectangle that is to be black lies on the display ${names[0]}, and which of the app's windows are there is not known: they are all black. Say where it lies without a display.`;
}
