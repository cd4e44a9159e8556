/**
 * An app that records until it is told to stop, says how that went, and has nothing else to do: `module options`, the address
 * of the SDK's module and its options as JSON.
 */
const [module, options] = process.argv.slice(2);
const { createRecorder } = await import(module);
const troubles = [];
const recorder = createRecorder({ ...JSON.parse(options), onTrouble: ({ code }) => troubles.push(code) });
const toldToStop = new Promise((resolve) => process.once("message", resolve));
await recorder.start();
await toldToStop;
await recorder.stop();
process.send({ status: recorder.status, troubles });
