import { onTestFinished } from "vitest";

/** What is being started, once it is there; it is closed when the test is over, before what the test started earlier. */
export async function closedWithTest<Started extends { close(): unknown }>(
  starting: Promise<Started>,
): Promise<Started> {
  const started = await starting;
  onTestFinished(async () => {
    await started.close();
  });
  return started;
}
