import type { FactType } from "@reeltime/recorder/protocol";
import { type SVGTemplateResult, svg } from "lit";
import type { PlayerFact } from "../store/index.js";

/** How a kind of fact looks and is said. */
export interface FactLook {
  /** The colour's name among the tokens. */
  readonly colour: string;
  /** The mark, in a box of 10 by 10: each kind has a shape of its own, so that colour is never alone. */
  readonly shape: SVGTemplateResult;
  /** Which of two marks on one spot is drawn: the higher. */
  readonly weight: number;
  /** What stands before its text. */
  readonly verb: string;
}

/** Every kind of fact. */
export const FACT_LOOKS: Readonly<Record<FactType, FactLook>> = {
  error: { colour: "--error", shape: svg`<path d="M5 .4 9.600 5 5 9.600.4 5z"/>`, weight: 8, verb: "Error" },
  rage: {
    colour: "--rage",
    shape: svg`<path d="M5.800 0 1.200 5.700h3L3.700 10l5.100-6.100H5.500z"/>`,
    weight: 7,
    verb: "Rage-clicked",
  },
  console: {
    colour: "--error",
    shape: svg`<path d="M5 1.200 8.800 5 5 8.800 1.200 5z" class="hollow"/>`,
    weight: 6,
    verb: "Console error",
  },
  identify: {
    colour: "--accent",
    shape: svg`<circle cx="5" cy="5" r="3.600" class="hollow"/><circle cx="5" cy="5" r="1.200"/>`,
    weight: 5,
    verb: "Identified as",
  },
  navigation: {
    colour: "--nav",
    shape: svg`<path d="M1.600.8 9.200 5l-7.600 4.200z"/>`,
    weight: 4,
    verb: "Went to",
  },
  custom: {
    colour: "--custom",
    shape: svg`<path d="M2 .5v9M2 1h6.500L6.700 3.300 8.500 5.600H2" class="flag"/>`,
    weight: 3,
    verb: "Event",
  },
  input: {
    colour: "--input",
    shape: svg`<rect x="1.200" y="1.200" width="7.600" height="7.600" rx="1.400"/>`,
    weight: 2,
    verb: "Typed into",
  },
  click: { colour: "--muted", shape: svg`<circle cx="5" cy="5" r="2.600"/>`, weight: 1, verb: "Clicked" },
};

/** A fact in words: `Clicked Pay`. */
export const factWords = (fact: PlayerFact): string => {
  const { verb } = FACT_LOOKS[fact.type];
  const { title, app } = fact.detail ?? {};
  const onScreen = typeof app === "string" && app !== "";
  const named = fact.type === "navigation" && typeof title === "string" && title !== "";
  if (onScreen && fact.type === "navigation") return `Switched to ${named ? title : app}`;
  if (onScreen && fact.type === "click") return `Clicked in ${fact.text}`;
  return `${verb} ${named ? title : fact.text}`;
};
