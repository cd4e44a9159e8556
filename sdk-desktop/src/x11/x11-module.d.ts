/** What is used of the package `x11`, which has no types of its own. */
declare module "x11" {
  type Callback<T> = (error: Error | null | undefined, value: T) => true | undefined;

  /** Of a window, or whatever else can be drawn in. */
  export interface Geometry {
    readonly xPos: number;
    readonly yPos: number;
    readonly width: number;
    readonly height: number;
    readonly borderWidth: number;
  }

  export interface WindowAttributes {
    /** 1 InputOutput, 2 InputOnly. */
    readonly klass: number;
    /** 0 unmapped, 1 mapped under something that is not, 2 on the screen. */
    readonly mapState: number;
    readonly overrideRedirect: number;
  }

  export interface Family {
    readonly parent: number;
    readonly children: readonly number[];
  }

  /** The extension DAMAGE: what was drawn in since. */
  export interface DamageExtension {
    readonly ReportLevel: { readonly NonEmpty: number };
    Create(damage: number, drawable: number, level: number): void;
    /** Moves what was drawn in since the last time into the region `parts`; `repair` 0: all of it. */
    Subtract(damage: number, repair: number, parts: number): void;
    Destroy(damage: number): void;
  }

  /** The extension XFIXES: regions, which lie in the server. */
  export interface FixesExtension {
    CreateRegion(region: number, rectangles: readonly []): void;
    DestroyRegion(region: number): void;
    FetchRegion(
      region: number,
      callback: Callback<{
        readonly rectangles: readonly {
          readonly x: number;
          readonly y: number;
          readonly width: number;
          readonly height: number;
        }[];
      }>,
    ): void;
  }

  export interface Client {
    /** The socket, once it is connected. */
    readonly stream?: { destroy(): void };
    on(event: "event", listener: (event: Event) => void): void;
    on(event: "error", listener: (error: Error) => void): void;
    on(event: "end", listener: () => void): void;
    /** A number that nothing of this connection has. */
    AllocID(): number;
    require(extension: "damage", callback: Callback<DamageExtension>): void;
    require(extension: "fixes", callback: Callback<FixesExtension>): void;
    ChangeWindowAttributes(
      window: number,
      values: { readonly eventMask: number },
      callback: Callback<undefined>,
    ): void;
    GetInputFocus(callback: Callback<{ readonly focus: number }>): void;
    GetGeometry(window: number, callback: Callback<Geometry>): void;
    /** @param format 2: a pixel after the other */
    GetImage(
      format: 2,
      drawable: number,
      x: number,
      y: number,
      width: number,
      height: number,
      planes: number,
      callback: Callback<{ readonly data: Buffer }>,
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
    GetWindowAttributes(window: number, callback: Callback<WindowAttributes>): void;
    GetKeyboardMapping(
      firstKeycode: number,
      count: number,
      callback: Callback<readonly (readonly number[])[]>,
    ): void;
    InternAtom(onlyIfExists: boolean, name: string, callback: Callback<number>): void;
    ListProperties(window: number, callback: Callback<readonly number[]>): void;
    QueryTree(window: number, callback: Callback<Family>): void;
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

  interface Visual {
    readonly red_mask: number;
    readonly green_mask: number;
    readonly blue_mask: number;
  }

  export interface Display {
    readonly client: Client;
    readonly resource_mask: number;
    readonly min_keycode: number;
    readonly max_keycode: number;
    /** Of pixels: 0 the least significant byte first. */
    readonly image_byte_order: number;
    /** By depth. */
    readonly format: Readonly<Record<number, { readonly bits_per_pixel: number } | undefined>>;
    readonly screen: readonly {
      readonly root: number;
      readonly root_depth: number;
      readonly root_visual: number;
      /** By depth, then by the visual's number. */
      readonly depths: Readonly<Record<number, Readonly<Record<number, Visual | undefined>> | undefined>>;
    }[];
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
