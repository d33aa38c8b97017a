#include "base/isolated.h"

#include "base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

enum { BUFFER_BYTES = 1 << 16 };

/* What the child writes last if the function returned true.  Its exit status
 * would say the same, but is lost where a caller ignores SIGCHLD. */
static const char well_mark = 'w';

struct isolated_out {
    int pipe;
    size_t count;
    unsigned char bytes[BUFFER_BYTES];
};

struct isolated {
    pid_t process;
    int pipe;
    size_t at, end;
    bool failed; /* fewer bytes came than were asked for */
    unsigned char bytes[BUFFER_BYTES];
};

/* Child */

static void flush(struct isolated_out *out)
{
    for (size_t done = 0; done < out->count;) {
        ssize_t n = write(out->pipe, out->bytes + done, out->count - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            _exit(EXIT_FAILURE); /* nobody reads any more */
        done += (size_t)n;
    }
    out->count = 0;
}

void isolated_write(struct isolated_out *out, const void *bytes, size_t count)
{
    const unsigned char *from = bytes;
    while (count > 0) {
        size_t part = sizeof out->bytes - out->count;
        if (part > count)
            part = count;
        memcpy(out->bytes + out->count, from, part);
        out->count += part;
        from += part;
        count -= part;
        if (out->count == sizeof out->bytes)
            flush(out);
    }
}

/* A lower limit of the user's stays. */
static void limit(int resource, uint64_t most)
{
    struct rlimit r;
    if (getrlimit(resource, &r) == 0 && (uint64_t)r.rlim_cur > most) {
        r.rlim_cur = (rlim_t)most;
        setrlimit(resource, &r);
    }
}

/* Bytes of address space in use; where that cannot be told, a guess. */
static uint64_t memory_now(void)
{
    enum { DIGITS_MAX = 31 };
    char text[DIGITS_MAX + 1] = { 0 };
    int file = open("/proc/self/statm", O_RDONLY);
    ssize_t got = file < 0 ? -1 : read(file, text, DIGITS_MAX);
    if (file >= 0)
        close(file);
    uint64_t pages = got <= 0 ? UINT64_C(1) << 20 : strtoull(text, NULL, 10);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void limit_all(const struct isolated_work *work)
{
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, work->seconds_max);
#ifndef __SANITIZE_ADDRESS__
    limit(RLIMIT_AS, memory_now() + work->bytes_max);
#else
    (void)memory_now;
#endif
}

/* For code that calls exit: nothing of what this process had registered or
 * buffered may be done twice. */
static void leave(void)
{
    _exit(EXIT_FAILURE);
}

/* Who is not waited for any more need not go on; where the system cannot say
 * so, the limit on time ends it. */
static void end_with(pid_t parent)
{
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent)
        _exit(EXIT_FAILURE);
}

_Noreturn static void child(const struct isolated_work *work, int pipe_end,
                            pid_t parent)
{
    end_with(parent);
    static const int faults[] = { SIGSEGV, SIGBUS,  SIGABRT, SIGFPE,
                                  SIGILL,  SIGXCPU, SIGPIPE, SIGTERM };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        signal(faults[i], SIG_DFL); /* no handler of the caller's */
    int nothing = open("/dev/null", O_RDWR);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 ||
        dup2(nothing, STDOUT_FILENO) < 0 || dup2(nothing, STDERR_FILENO) < 0)
        _exit(EXIT_FAILURE);
    if (atexit(leave) != 0)
        _exit(EXIT_FAILURE);
    limit_all(work);
    struct isolated_out out = { .pipe = pipe_end };
    bool well = work->run(work->context, &out);
    if (well)
        isolated_write(&out, &well_mark, sizeof well_mark);
    flush(&out);
    _exit(well ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* Parent */

struct isolated *isolated_start(struct arena *a,
                                const struct isolated_work *work)
{
    struct isolated *p = arena_new_item(a, struct isolated);
    int ends[2];
    if (pipe(ends) != 0)
        return NULL;
    /* Where the standard streams are closed, the pipe must not take their
     * places: the child puts others there. */
    int high = fcntl(ends[1], F_DUPFD, STDERR_FILENO + 1);
    close(ends[1]);
    p->pipe = ends[0];
    pid_t own = getpid();
    p->process = high < 0 ? -1 : fork();
    if (p->process == 0) {
        close(ends[0]);
        child(work, high, own);
    }
    int error = errno;
    if (high >= 0)
        close(high);
    if (p->process > 0) {
        fcntl(p->pipe, F_SETFD, FD_CLOEXEC);
        return p;
    }
    close(ends[0]);
    errno = error;
    return NULL;
}

bool isolated_read(struct isolated *p, void *to, size_t count)
{
    unsigned char *next = to;
    while (count > 0) {
        if (p->at == p->end) {
            ssize_t n = read(p->pipe, p->bytes, sizeof p->bytes);
            if (n < 0 && errno == EINTR)
                continue;
            if (n <= 0) {
                p->failed = true;
                return false;
            }
            p->at = 0;
            p->end = (size_t)n;
        }
        size_t part = p->end - p->at;
        if (part > count)
            part = count;
        memcpy(next, p->bytes + p->at, part);
        p->at += part;
        next += part;
        count -= part;
    }
    return true;
}

/* Whether nothing but the mark is left. */
static bool ends_well(struct isolated *p)
{
    char mark, more;
    if (p->failed || !isolated_read(p, &mark, sizeof mark) ||
        mark != well_mark || p->at != p->end)
        return false;
    ssize_t n;
    while ((n = read(p->pipe, &more, sizeof more)) < 0 && errno == EINTR)
        continue;
    return n == 0;
}

bool isolated_end(struct isolated *p)
{
    bool well = ends_well(p);
    if (!well)
        kill(p->process, SIGKILL);
    close(p->pipe);
    int status = 0;
    pid_t ended;
    do
        ended = waitpid(p->process, &status, 0);
    while (ended < 0 && errno == EINTR);
    /* Without a status: nobody keeps those of children (SIGCHLD). */
    return well && (ended < 0 ||
                    (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS));
}
