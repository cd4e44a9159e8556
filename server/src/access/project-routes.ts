import { isProjectId, type ProjectId } from "@reeltime/recorder/protocol";
import { z } from "zod";
import type { Clock } from "../clock.js";
import { type ByteBudget, withBody } from "../http/body.js";
import { Router } from "../http/express.js";
import { HttpError } from "../http/http-error.js";
import { sendJson } from "../http/send.js";
import { MAX_JSON_BODY_BYTES } from "../limits.js";
import type { Control } from "./control.js";
import type { ProjectPolicy } from "./control-events.js";
import type { Projects } from "./projects.js";

/** What projects are read and changed by. */
export interface ProjectRoutesOptions {
  readonly projects: Projects;
  readonly control: Pick<Control, "change">;
  readonly budget: ByteBudget;
  readonly clock: Clock;
}

const changeBody = z.strictObject({ policy: z.strictObject({ mp4OnClose: z.boolean().optional() }) });

/** `GET /v1/projects`, `PATCH /v1/projects/:id`; stand behind `requireReader`. */
export function projectRoutes({ projects, control, budget, clock }: ProjectRoutesOptions): Router {
  const router = Router();

  router.get("/v1/projects", (_request, response) => sendJson(response, 200, { projects: projects.all() }));

  router.patch("/v1/projects/:id", async (request, response) => {
    const { id } = request.params;
    const known = (): boolean => projects.all().some((project) => project.id === id);
    if (!isProjectId(id) || !known()) throw noProject();
    await withBody(request, { maxBytes: MAX_JSON_BODY_BYTES, budget }, async (bytes) => {
      await changePolicy(control, id, parsePolicy(bytes), clock);
    });
    const project = projects.all().find((each) => each.id === id);
    if (project === undefined) throw noProject();
    sendJson(response, 200, project);
  });

  return router;
}

const noProject = (): HttpError => new HttpError("not_found", "There is no such project.");

/** Says it only where it is another than before: a stream is read from its beginning at every start. */
async function changePolicy(
  control: Pick<Control, "change">,
  project: ProjectId,
  policy: Partial<ProjectPolicy>,
  clock: Clock,
): Promise<void> {
  await control.change((state) => {
    const before = state.projects.get(project)?.policy;
    const { mp4OnClose } = policy;
    if (before === undefined || mp4OnClose === undefined || before.mp4OnClose === mp4OnClose) return [];
    return [{ type: "policy-changed", atMs: clock(), project, policy: { mp4OnClose } }];
  });
}

function parsePolicy(bytes: Uint8Array): Partial<ProjectPolicy> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new HttpError("malformed", "The body is not JSON.", {}, { cause });
  }
  const parsed = changeBody.safeParse(value);
  if (!parsed.success)
    throw new HttpError("invalid", 'The body is {"policy": {"mp4OnClose": true or false}}.');
  const { mp4OnClose } = parsed.data.policy;
  return mp4OnClose === undefined ? {} : { mp4OnClose };
}
