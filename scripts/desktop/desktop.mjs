/** The desktop of the story as a picture, at any time. */
import { LEDGER_SIZE, ledger } from "./ledger.mjs";
import { PHOTO_AREA, PHOTOS_SIZE, photo, photos } from "./photos.mjs";
import { Picture } from "./pixels.mjs";
import {
  BAR_HEIGHT,
  bar,
  DIALOG_SIZE,
  DOCK_SIZE,
  dialog,
  dock,
  SHADOW_OFFSET,
  shadow,
  TOAST_SIZE,
  toast,
  wallpaper,
} from "./shell.mjs";
import { BEGINNING, LAYOUT, tell } from "./story.mjs";
import { log, TERMINAL_SIZE, terminal } from "./terminal.mjs";

/** The size the story is told for. */
export const BASE_SIZE = { width: 1440, height: 900 };
const CARET_MS = 530;
const NAMES = { ledger: "Ledger", photos: "Photos", terminal: "Terminal" };

/** A desktop of any size that plays the story over and over. */
export class Desktop {
  /** @param {{width?: number, height?: number}} size */
  constructor({ width = BASE_SIZE.width, height = BASE_SIZE.height } = {}) {
    this.width = width;
    this.height = height;
    /** How far everything of the story lies from where it was told. */
    this.offset = {
      x: Math.round((width - BASE_SIZE.width) / 2),
      y: Math.round((height - BASE_SIZE.height) / 2),
    };
    this.dockAt = { x: Math.round((width - DOCK_SIZE.width) / 2), y: height - DOCK_SIZE.height - 10 };
    const { x, y } = this.offset;
    this.script = tell({ x: this.dockAt.x - x, y: this.dockAt.y - y });
    this.lengthMs = Math.ceil(this.script.ms / 1_000) * 1_000;
  }

  /** Everything that can be seen of a time, in few values; equal ones look equal. */
  stateAt(ms, clock = "09:41") {
    const within = ms % this.lengthMs;
    const state = this.script.stateAt(within, BEGINNING);
    return { ...state, caret: Math.floor(within / CARET_MS) % 2 === 0, clock };
  }

  /** Events of pointer, buttons, wheel and keys, and facts, from `fromMs` up to, and without, `toMs`; places as on this display. */
  happened(fromMs, toMs) {
    const { inputs, facts } = this.script;
    const pick = (list) => {
      const found = [];
      const first = Math.max(0, Math.floor(fromMs / this.lengthMs));
      for (let round = first; round * this.lengthMs < toMs; round++) {
        const start = round * this.lengthMs;
        for (const each of list) {
          const atMs = start + each.atMs;
          if (atMs >= fromMs && atMs < toMs) found.push({ ...each, atMs });
        }
      }
      return found;
    };
    const { x, y } = this.offset;
    return {
      inputs: pick(inputs).map((input) =>
        "x" in input ? { ...input, x: input.x + x, y: input.y + y } : input,
      ),
      facts: pick(facts),
    };
  }

  /** @returns {Promise<Picture>} */
  async paint(state) {
    const picture = new Picture(this.width, this.height);
    picture.draw(await wallpaper(this.width, this.height), 0, 0);
    for (const name of state.order) await this.#window(picture, name, state);
    if (state.dialog) await this.#dialog(picture, state);
    picture.draw(await bar(this.width, state.clock, NAMES[state.active]), 0, 0);
    const open = state.terminalOpen ? ["ledger", "photos", "terminal"] : ["ledger", "photos"];
    picture.draw(await dock(open, state.hovered), this.dockAt.x, this.dockAt.y);
    if (state.toast > 0) {
      const piece = await toast("Invoice 2041 was saved", "A copy goes to the office");
      const rise = Math.round((1 - state.toast) * 14);
      picture.draw(piece, this.width - TOAST_SIZE.width - 18, BAR_HEIGHT + 14 - rise, state.toast);
    }
    return picture;
  }

  /** What a second display shows meanwhile. */
  async paintSecond(ms, width, height) {
    const picture = new Picture(width, height);
    picture.draw(await wallpaper(width, height), 0, 0);
    const at = {
      x: Math.round((width - TERMINAL_SIZE.width) / 2),
      y: Math.round((height - TERMINAL_SIZE.height) / 2),
    };
    picture.draw(
      await shadow(TERMINAL_SIZE.width, TERMINAL_SIZE.height, false),
      at.x - SHADOW_OFFSET,
      at.y - SHADOW_OFFSET,
    );
    picture.draw(await log(ms), at.x, at.y);
    return picture;
  }

  async #window(picture, name, state) {
    if (name === "terminal" && !state.terminalOpen) return;
    const caret = state.caret && !state.dialog;
    if (name === "ledger") {
      await this.#put(picture, LAYOUT.ledger, LEDGER_SIZE, state.active === name, await ledger(state, caret));
    } else if (name === "terminal") {
      const piece = await terminal(state, caret);
      await this.#put(picture, LAYOUT.terminal, TERMINAL_SIZE, state.active === name, piece);
    } else {
      const at = { x: state.photosX, y: state.photosY };
      await this.#put(picture, at, PHOTOS_SIZE, state.active === name, await photos(state));
      await this.#photo(picture, at, state);
    }
  }

  async #put(picture, at, { width, height }, active, piece) {
    const [x, y] = [at.x + this.offset.x, at.y + this.offset.y];
    picture.draw(await shadow(width, height, active), x - SHADOW_OFFSET, y - SHADOW_OFFSET);
    picture.draw(piece, x, y);
  }

  async #photo(picture, at, { photo: place, slide }) {
    const area = {
      ...PHOTO_AREA,
      x: at.x + PHOTO_AREA.x + this.offset.x,
      y: at.y + PHOTO_AREA.y + this.offset.y,
    };
    const moved = Math.round(slide * area.width);
    picture.draw(await photo(place), area.x - moved, area.y, 1, area);
    if (moved > 0) picture.draw(await photo(1 - place), area.x + area.width - moved, area.y, 1, area);
  }

  async #dialog(picture, state) {
    const lines = ["The disk is full. Your text is still here: free some", "space, then save again."];
    const piece = await dialog("Invoice 2041 could not be saved", lines, state.hovered === "ok", false);
    await this.#put(picture, LAYOUT.dialog, DIALOG_SIZE, true, piece);
  }
}
