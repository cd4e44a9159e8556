import type { ClientInfo } from "@reeltime/recorder/protocol";

/** Whether a session was recorded from a screen, by the desktop's SDK, rather than in a page. */
export const isDesktop = ({ sdk }: Pick<ClientInfo, "sdk">): boolean => sdk.startsWith("desktop");
