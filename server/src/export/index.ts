/** Sessions as videos. */
export { attachExports } from "./attach.js";
export { Exports } from "./exports.js";
export { createFfmpegProblem, type FfmpegProblem } from "./find-ffmpeg.js";
export { createJobProcess } from "./job-process.js";
export { DEFAULT_OPTIONS } from "./request.js";
export { exportRoutes, isDownload } from "./routes.js";
