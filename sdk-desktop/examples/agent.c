/*
 * Records the screen from a C program: starts `reeltime-desktop agent` as a child and talks to it in lines of JSON,
 * as docs/DESKTOP-AGENT.md describes. POSIX only; nothing but the C library.
 *
 *   cc -o agent agent.c && ./agent https://replay.example.com pk_… 10 [reeltime-desktop]
 *
 * Prints where the session can be watched. The last words are the command that is started, with its first arguments.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* The agent's standard input and output. */
static FILE *to_agent;
static FILE *from_agent;

/* Sends one line. What is written must be JSON already. */
static void say(const char *line) {
  if (fprintf(to_agent, "%s\n", line) < 0 || fflush(to_agent) != 0) {
    perror("the agent takes nothing");
    exit(1);
  }
}

/* Writes text as a JSON string into out: enough for addresses and keys, whose bytes are ASCII. */
static void quote(const char *text, char *out, size_t size) {
  size_t at = 0;
  if (size < 8) return;
  out[at++] = '"';
  for (; *text != '\0' && at + 8 < size; text++) {
    unsigned char byte = (unsigned char)*text;
    if (byte == '"' || byte == '\\') {
      out[at++] = '\\';
      out[at++] = (char)byte;
    } else if (byte < 0x20) {
      at += (size_t)snprintf(out + at, 7, "\\u%04x", byte);
    } else {
      out[at++] = (char)byte;
    }
  }
  out[at++] = '"';
  out[at] = '\0';
}

/* The line's "type", or another field that is a text, up to its closing quote. A real program would use a JSON library. */
static int field(const char *line, const char *name, char *out, size_t size) {
  char key[64];
  size_t at = 0;
  const char *found;
  snprintf(key, sizeof key, "\"%s\":\"", name);
  found = strstr(line, key);
  if (found == NULL) return 0;
  for (found += strlen(key); *found != '\0' && *found != '"' && at + 1 < size; found++) {
    if (*found == '\\' && found[1] != '\0') found++;
    out[at++] = *found;
  }
  out[at] = '\0';
  return 1;
}

/*
 * Reads lines until one of this type comes, and leaves it in `line`. Other lines are news: a trouble is shown to the
 * user, and whatever this program does not know is passed over. Returns 0 when the agent refuses or ends.
 */
static int await(const char *wanted, char **line, size_t *size) {
  char type[64];
  char text[1024];
  while (getline(line, size, from_agent) > 0) {
    if (!field(*line, "type", type, sizeof type)) continue;
    if (strcmp(type, wanted) == 0) return 1;
    if ((strcmp(type, "trouble") == 0 || strcmp(type, "error") == 0) && field(*line, "message", text, sizeof text))
      fprintf(stderr, "%s: %s\n", type, text);
    if (strcmp(type, "error") == 0) return 0;
  }
  return 0;
}

/* Starts the command with its standard input and output on pipes of ours. */
static pid_t start(char *const command[]) {
  int in[2];
  int out[2];
  pid_t child;
  if (pipe(in) != 0 || pipe(out) != 0) {
    perror("pipe");
    exit(1);
  }
  child = fork();
  if (child < 0) {
    perror("fork");
    exit(1);
  }
  if (child == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    /* Left open here, the agent would never see its input end. */
    close(in[0]);
    close(in[1]);
    close(out[0]);
    close(out[1]);
    execvp(command[0], command);
    fprintf(stderr, "%s: %s\n", command[0], strerror(errno));
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  to_agent = fdopen(in[1], "w");
  from_agent = fdopen(out[0], "r");
  if (to_agent == NULL || from_agent == NULL) {
    perror("fdopen");
    exit(1);
  }
  return child;
}

int main(int argc, char **argv) {
  char *standard[] = {"reeltime-desktop", "agent", NULL};
  char *command[32];
  char server[1024];
  char key[256];
  char request[2048];
  char url[1024] = "";
  char *line = NULL;
  size_t size = 0;
  int status = 0;
  int words = 0;
  pid_t child;

  if (argc < 4) {
    fprintf(stderr, "usage: %s SERVER KEY SECONDS [COMMAND…]\n", argv[0]);
    return 2;
  }
  for (; words + 4 < argc && words < 30; words++) command[words] = argv[words + 4];
  if (words > 0) {
    command[words] = "agent";
    command[words + 1] = NULL;
  }
  /* An agent that died is told by its output's end. */
  signal(SIGPIPE, SIG_IGN);
  child = start(words > 0 ? command : standard);

  if (!await("ready", &line, &size)) return 1;
  quote(argv[1], server, sizeof server);
  quote(argv[2], key, sizeof key);
  snprintf(request, sizeof request,
           "{\"type\":\"start\",\"id\":1,\"protocol\":1,\"options\":{\"apiHost\":%s,\"projectKey\":%s,\"fps\":5,"
           "\"denyWindows\":[\"KeePass\",\"/bank/i\"]}}",
           server, key);
  say(request);
  if (!await("started", &line, &size)) return 1;

  say("{\"type\":\"identify\",\"user\":\"ada\",\"traits\":{\"plan\":\"pro\"}}");
  say("{\"type\":\"event\",\"name\":\"example started\"}");
  sleep((unsigned)atoi(argv[3]));

  say("{\"type\":\"stop\",\"id\":2}");
  if (!await("stopped", &line, &size)) return 1;
  if (field(line, "url", url, sizeof url)) printf("%s\n", url);

  /* With its input closed the agent ends; had this program died, it would have stopped and sent what it had as well. */
  fclose(to_agent);
  waitpid(child, &status, 0);
  free(line);
  return url[0] != '\0' && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
