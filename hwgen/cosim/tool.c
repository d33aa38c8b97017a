#include "hwgen/cosim/tool.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A process that ends the program, and all that this has started, when we
 * end without having waited for it, by whatever signal.  It leads their
 * process group and holds one end of the leash; the other end is ours alone,
 * and the kernel lets go of it for us. */
struct guard {
    pid_t process;
    int leash;
};

_Noreturn static void keep_watch(const int *leash)
{
    setpgid(0, 0);
    signal(SIGTERM, SIG_DFL); /* no handler of the caller's */
    close(leash[1]);
    char byte;
    while (read(leash[0], &byte, 1) < 0 && errno == EINTR)
        continue;
    kill(0, SIGTERM);
    _exit(0);
}

/* 0, else errno. */
static int guard_start(struct guard *g)
{
    int leash[2];
    if (pipe(leash) != 0)
        return errno;
    fcntl(leash[1], F_SETFD, FD_CLOEXEC);
    g->process = fork();
    if (g->process == 0)
        keep_watch(leash);
    int error = g->process < 0 ? errno : 0;
    close(leash[0]);
    g->leash = leash[1];
    if (error != 0)
        close(g->leash);
    else
        setpgid(g->process, g->process); /* whoever of us comes first */
    return error;
}

static void guard_end(const struct guard *g)
{
    kill(g->process, SIGKILL);
    while (waitpid(g->process, NULL, 0) < 0 && errno == EINTR)
        continue;
    close(g->leash);
}

/* How it went: errno if the program could not be started, else its status. */
struct ending {
    int error;
    int status;
};

_Noreturn static void tell(int pipe_end, struct ending e)
{
    ssize_t sent = write(pipe_end, &e, sizeof e);
    _exit(sent == (ssize_t)sizeof e ? 0 : 1);
}

/* Between fork and exec: only calls that are safe there.  What it says
 * if the program cannot be started comes before what is said of its end. */
_Noreturn static void become(const struct tool *t, const struct guard *g,
                             int pipe_end)
{
    const mode_t mode =
        S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH;
    int in = open("/dev/null", O_RDONLY);
    int out = open(t->log, O_WRONLY | O_CREAT | O_TRUNC, mode);
    if (in >= 0 && out >= 0 && dup2(in, STDIN_FILENO) >= 0 &&
        dup2(out, STDOUT_FILENO) >= 0 && dup2(out, STDERR_FILENO) >= 0 &&
        setpgid(0, g->process) == 0 && chdir(t->folder) == 0)
        execvp(t->arguments[0], (char *const *)t->arguments);
    tell(pipe_end, (struct ending){ .error = errno });
}

/* A process between us and the program, which waits for it: where a caller
 * ignores SIGCHLD, nobody keeps the status of our own children.  The program
 * must not inherit that either (Verilator and make wait for theirs). */
_Noreturn static void start_and_tell(const struct tool *t,
                                     const struct guard *g, int pipe_end)
{
    signal(SIGCHLD, SIG_DFL);
    signal(SIGTERM, SIG_DFL); /* no handler of the caller's */
    close(g->leash);
    struct ending e = { 0, 0 };
    setpgid(0, g->process);
    pid_t program = fork();
    if (program == 0)
        become(t, g, pipe_end);
    if (program < 0)
        e.error = errno;
    while (program > 0 && waitpid(program, &e.status, 0) < 0)
        if (errno != EINTR)
            tell(pipe_end, (struct ending){ .error = errno });
    tell(pipe_end, e);
}

/* 0: it ran, and how it ended is in *status.  Else errno. */
static int start_guarded(const struct tool *t, const struct guard *g,
                         int *status)
{
    int ends[2];
    if (pipe(ends) != 0)
        return errno;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    pid_t child = fork();
    if (child == 0)
        start_and_tell(t, g, ends[1]);
    struct ending e = { .error = child < 0 ? errno : ECHILD };
    close(ends[1]);
    while (child > 0 && read(ends[0], &e, sizeof e) < 0 && errno == EINTR)
        continue;
    close(ends[0]);
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
        continue;
    *status = e.status;
    return e.error;
}

static int start_and_wait(const struct tool *t, int *status)
{
    struct guard guard = { -1, -1 };
    int error = guard_start(&guard);
    if (error != 0)
        return error;
    error = start_guarded(t, &guard, status);
    guard_end(&guard);
    return error;
}

static bool has_error(const char *line)
{
    static const char *const words[] = {
        "%Error", "error:", "Error ", "***", "not found", "No such file"
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(line, words[i]) != NULL)
            return true;
    return false;
}

/* The first line of the log that tells of an error, else its last line. */
static const char *first_error(struct arena *a, const char *path)
{
    enum { LOG_BYTES_MAX = 1 << 26 };
    size_t length = 0;
    char *log = file_read(a, path, LOG_BYTES_MAX, &length, diag_new(a));
    const char *last = "it printed nothing";
    for (char *line = log; line != NULL && *line != '\0';) {
        char *end = line + strcspn(line, "\n");
        char *next = *end == '\0' ? end : end + 1;
        *end = '\0';
        if (has_error(line))
            return line;
        if (*line != '\0')
            last = line;
        line = next;
    }
    return last;
}

bool tool_run(const struct tool *t, struct diag *d)
{
    const char *program = t->arguments[0];
    int status = 0;
    int error = start_and_wait(t, &status);
    if (error != 0) {
        diag_error(d, (struct place){ 0 }, DIAG_TOOL, "cannot run '%s': %s",
                   program, strerror(error));
        if (error == ENOENT && t->package != NULL)
            diag_hint(d, "on Debian and Ubuntu: apt install %s", t->package);
        return false;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    struct arena *a = arena_new();
    bool killed = WIFSIGNALED(status);
    diag_error(d, (struct place){ 0 }, DIAG_TOOL, "'%s' ended with %s %d: %s",
               program, killed ? "signal" : "status",
               killed ? WTERMSIG(status) : WEXITSTATUS(status),
               first_error(a, t->log));
    diag_hint(d, "everything it printed is in '%s'", t->log);
    arena_free(a);
    return false;
}

bool tool_exists(const char *program)
{
    const char *const arguments[] = { program, "--version", NULL };
    const struct tool t = { .arguments = arguments,
                            .folder = "/",
                            .log = "/dev/null" };
    int status = 0;
    return start_and_wait(&t, &status) == 0 && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}
