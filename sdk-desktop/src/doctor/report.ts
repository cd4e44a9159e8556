import type { Finding } from "./finding.js";

const WORDS = { ok: "ok", trouble: "TROUBLE", untried: "-" } as const;
/** Columns of text; a line that is longer is hard to read. */
const WIDTH = 100;

/** The findings, for people. */
export function describeFindings(findings: readonly Finding[]): string {
  const name = Math.max(...findings.map((finding) => finding.name.length));
  const margin = " ".repeat(WORDS.trouble.length + name + 4);
  const lines = findings.flatMap((finding) => {
    const head = `${WORDS[finding.state].padEnd(WORDS.trouble.length)}  ${finding.name.padEnd(name)}  `;
    const text = [finding.message, ...(finding.advice === undefined ? [] : [finding.advice])];
    return text
      .flatMap((part) => wrap(part, WIDTH - margin.length))
      .map((line, place) => (place === 0 ? head : margin) + line);
  });
  const troubles = findings.filter(({ state }) => state === "trouble").length;
  const end =
    troubles === 0
      ? "Everything that was tried works."
      : `${troubles === 1 ? "One thing does" : `${troubles} things do`} not work; what to do is said above.`;
  return [...lines, "", end, "Videos are made by the server: ffmpeg is not needed here.", ""].join("\n");
}

function wrap(text: string, width: number): readonly string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
