import { ownCode } from "./build-sdk.mjs";
import { chooseAgain } from "./choose-names.mjs";

/*
 * Chooses the names of the SDK's own code again and keeps them in `sdk-names.json`: a minute or two, worth it before a
 * release. Without it a build of changed code searches for some seconds, and finds a little less.
 */
const { text, shortened } = await ownCode();
await chooseAgain(text, shortened, Number(process.argv[2] ?? 150_000));
