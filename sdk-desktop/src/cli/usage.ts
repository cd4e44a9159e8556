/** The commands, each with how it is used. */
export const COMMANDS = {
  record: `reeltime-desktop record --server URL --key KEY [options]

  Records this desktop, and at the end says where it can be watched. Ctrl+C ends it.

  --server URL         the Reeltime server, such as https://replay.example.com
  --key KEY            the project's public key, pk_…
  --duration SECONDS   ends by itself after so long
  --fps N              pictures a second at the most, 1 to 30 (10)
  --mode MODE          video (pictures only), events (mouse, keys and facts only) or hybrid (both)
  --target TARGET      what is recorded (displays):
                         displays          all displays
                         display:0         one of them, by its place in \`list\`, or its id
                         title:TEXT        the window whose title holds TEXT
                         app:TEXT          the window whose app is called so
                         pid:NUMBER        the window of this process
                         handle:0xNUMBER   the window with this number, as \`list\` shows it
  --deny TEXT          windows that are black, by title or app; title:TEXT or app:TEXT for one of them;
                       may be given many times
  --deny-rect X,Y,W,H  a part of the desktop that is black; @ID behind it: of this display
  --no-titles          titles and apps of windows are not recorded
  --quality N          of pictures with many colours, 1 to 100 (75)
  --max-kb N           KB of pictures a second, on the average of some seconds (250)
  --user ID            who is using this desktop
  --spool FOLDER       where to keep what cannot be sent; --no-spool: nowhere

  A TEXT may be a pattern: /invoice \\d+/i
`,
  list: `reeltime-desktop list [--json]

  Lists the displays and windows that can be recorded.
`,
  doctor: `reeltime-desktop doctor [--server URL [--key KEY]] [--spool FOLDER] [--json]

  Finds out what works on this machine, and says what to do about the rest. Exits with 1 when something does not work.
`,
  agent: `reeltime-desktop agent

  Lets another program record: it starts this one as a child and talks to it in lines of JSON, on standard input and
  output. The lines are described in docs/DESKTOP-AGENT.md.
`,
} as const;

/** One of the commands. */
export type CommandName = keyof typeof COMMANDS;

/** Whether there is a command of this name. */
export const isCommand = (name: string): name is CommandName => Object.hasOwn(COMMANDS, name);

/** How the program is used. */
export const USAGE = `reeltime-desktop: records a desktop, to be watched live and replayed

  reeltime-desktop record --server URL --key KEY    records this desktop
  reeltime-desktop list                             what can be recorded
  reeltime-desktop doctor                           what works on this machine
  reeltime-desktop agent                            records for another program

  reeltime-desktop COMMAND --help                   more of each
  reeltime-desktop --version
`;
