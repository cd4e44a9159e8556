/** The desktop SDK: records a screen into a session. */
export { createRecorder } from "./recorder/create-recorder.js";
export * from "./types.js";
