/*
 * What an incremental event is about, by rrweb's numbers (its `IncrementalSource`): the store, the sanitiser and the
 * folding all tell events apart by them.
 */

/** Nodes, texts and attributes changed. */
export const MUTATION = 0;
/** The pointer moved. */
export const MOUSE_MOVE = 1;
/** A button, the focus, or a touch. */
export const MOUSE_INTERACTION = 2;
/** Something was scrolled. */
export const SCROLL = 3;
/** The viewport has another size. */
export const VIEWPORT = 4;
/** A field has another value. */
export const INPUT = 5;
/** A touch moved. */
export const TOUCH_MOVE = 6;
/** A video or sound was played, paused or moved. */
export const MEDIA = 7;
/** Rules of a style sheet changed. */
export const STYLE_RULE = 8;
/** A canvas was drawn on. */
export const CANVAS = 9;
/** A font was loaded. */
export const FONT = 10;
/** Something was dragged. */
export const DRAG = 12;
/** One declaration of a rule changed. */
export const STYLE_DECLARATION = 13;
/** Another text is selected. */
export const SELECTION = 14;
/** A document or shadow tree adopted other sheets. */
export const ADOPTED_SHEET = 15;
