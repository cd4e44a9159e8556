export { base } from "./base.js";
export { controls } from "./controls.js";
export { marks } from "./marks.js";
export { schemes, tokens } from "./tokens.js";
