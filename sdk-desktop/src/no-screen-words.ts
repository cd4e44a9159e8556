/** What is told where there is no screen, in words for who knows nothing of displays: the same by whoever finds it out. */
export const NO_SCREEN_WORDS = {
  /** No display is named. */
  unset:
    "There is no screen here: the environment variable DISPLAY is not set. On a desktop, start the program from a " +
    "terminal window on it. Over ssh, or in a service, say which screen is meant: DISPLAY=:0. On a machine without a " +
    'screen, make one in memory by putting "xvfb-run -a" before the command (Debian and Ubuntu: apt-get install xvfb).',
  /** Each program would have to ask its user. */
  wayland:
    "This desktop runs on Wayland, which lets no program see the screen or hear the mouse and keyboard of others. Log " +
    'out, choose a session called "Xorg" or "X11" on the login screen (often behind a gear wheel), and log in again.',
} as const;
