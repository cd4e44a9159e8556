// A child that a trial starts: it says something and stays, or is ended by a signal as a native part would end it.
const [how, name] = process.argv.slice(2);
setInterval(() => {}, 60_000);
if (how === "says") process.send({ kind: "ok", message: name });
else if (how === "aborts") process.stderr.write("last words\n", () => process.kill(process.pid, "SIGABRT"));
