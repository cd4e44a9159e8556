/** What work comes to, unless it takes longer than so many ms: then it rejects, and the work goes on. Keeps no app alive. */
export function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the disk has not answered for ${ms} ms`)), ms);
    late.unref();
    work.then(resolve, reject).finally(() => clearTimeout(late));
  });
}
