/** A helper process as its supervisor has it: what it is told goes in, and it can be ended. */
export interface HelperProcess<Command> {
  /** Nothing happens when it is gone. */
  send(command: Command): void;
  /** Ends it at once, whatever it does. */
  kill(): void;
}

/** What a helper process tells its supervisor. */
export interface HelperEars<Report> {
  readonly onReport: (report: Report) => void;
  /** It is gone, also when it could not be started; once. `why`: its code or signal, and its last words. */
  readonly onExit: (why: string) => void;
}

/** Starts a helper process. Never throws: what fails is said by `onExit`, later. */
export type StartHelper<Command, Report> = (ears: HelperEars<Report>) => HelperProcess<Command>;
