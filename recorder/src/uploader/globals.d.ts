/** The one web global the uploader uses beside those it is given; absent in browsers before 2022. */
declare const AbortSignal: { timeout?(ms: number): unknown };
