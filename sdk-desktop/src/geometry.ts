/** A place on the desktop, in its points, or in a picture, in its pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A part of the desktop, in its points, or of a picture, in its pixels: from `x`, `y` up to, and without, their sum with the size. */
export interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}

/**
 * What is captured as one picture: a display, or one window of an app. Places are in the desktop's points, which are what
 * the system reports windows and the pointer in; a picture has `scale` times as many pixels each way.
 */
export interface PictureArea extends Rectangle {
  /** Stable while it is there: the display's own id, or `window-<handle>`. */
  readonly id: string;
  /** Of the display, or the window's title. */
  readonly name: string;
  readonly source: "display" | "window";
  /** Pixels a point. */
  readonly scale: number;
}
