/** What is used of the package `x11`, which has no types of its own. */
declare module "x11" {
  type Callback<T> = (error: Error | null | undefined, value: T) => true | undefined;

  interface Client {
    on(event: "event", listener: (event: Event) => void): void;
    on(event: "error", listener: (error: Error) => void): void;
    on(event: "end", listener: () => void): void;
    ChangeWindowAttributes(
      window: number,
      values: { readonly eventMask: number },
      callback: Callback<undefined>,
    ): void;
    GetInputFocus(callback: Callback<{ readonly focus: number }>): void;
    GetGeometry(
      window: number,
      callback: Callback<{
        readonly xPos: number;
        readonly yPos: number;
        readonly width: number;
        readonly height: number;
        readonly borderWidth: number;
      }>,
    ): void;
    GetProperty(
      remove: number,
      window: number,
      name: number,
      type: number,
      offsetWords: number,
      lengthWords: number,
      callback: Callback<{ readonly type: number; readonly format: number; readonly data: Uint8Array }>,
    ): void;
    GetWindowAttributes(
      window: number,
      callback: Callback<{
        /** 1 InputOutput, 2 InputOnly. */
        readonly klass: number;
        /** 0 unmapped, 1 mapped under something that is not, 2 on the screen. */
        readonly mapState: number;
        readonly overrideRedirect: number;
      }>,
    ): void;
    GetKeyboardMapping(
      firstKeycode: number,
      count: number,
      callback: Callback<readonly (readonly number[])[]>,
    ): void;
    InternAtom(onlyIfExists: boolean, name: string, callback: Callback<number>): void;
    ListProperties(window: number, callback: Callback<readonly number[]>): void;
    QueryTree(
      window: number,
      callback: Callback<{ readonly parent: number; readonly children: readonly number[] }>,
    ): void;
    terminate(): void;
  }

  /** An event: which of the fields it has depends on its name. */
  export interface Event {
    readonly name?: string;
    readonly wid?: number;
    readonly wid1?: number;
    readonly parent?: number;
    readonly aboveSibling?: number;
    readonly x?: number;
    readonly y?: number;
    readonly width?: number;
    readonly height?: number;
    readonly borderWidth?: number;
    readonly overrideRedirect?: boolean | number;
    readonly place?: number;
    readonly atom?: number;
    /** The packet: its first byte has the bit 0x80 when another program made the event up. */
    readonly rawData?: Uint8Array;
  }

  interface Display {
    readonly client: Client;
    readonly resource_mask: number;
    readonly min_keycode: number;
    readonly max_keycode: number;
    readonly screen: readonly { readonly root: number }[];
  }

  const x11: {
    createClient(
      options: {
        readonly display: string;
        /** False: an ordinary socket, without the bindings of Node that pass descriptors. */
        readonly shm: false;
        readonly disableBigRequests: true;
      },
      ready: (error: Error | undefined, display: Display) => void,
    ): Client;
  };
  // biome-ignore lint/style/noDefaultExport: it is the package's own
  export default x11;
}
