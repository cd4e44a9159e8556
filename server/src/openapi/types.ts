/** A JSON Schema, as OpenAPI 3.1 uses it. */
export type Schema = Readonly<Record<string, unknown>>;

/** What one method of one path does. */
export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  /** Empty for what anybody may call. */
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Schema[];
  readonly requestBody?: Schema;
  readonly responses: Readonly<Record<string, Schema>>;
}

/** The methods of one path. */
export type PathItem = Readonly<Partial<Record<"get" | "post" | "patch" | "delete" | "options", Operation>>>;

/** The paths of one resource, by OpenAPI template. */
export type Paths = Readonly<Record<string, PathItem>>;
