#include "cli/terminal.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct place standard_output = { .file = "standard output" };

static void ignore(int number)
{
    (void)number;
}

/* Opens /dev/null as `fd` if that is closed.  It is opened the wrong way
 * round: a write to a closed standard output has to fail. */
static void occupy(int fd, int flags)
{
    if (fcntl(fd, F_GETFD) != -1 || errno != EBADF)
        return;
    int got = open("/dev/null", flags);
    if (got != -1 && got != fd) {
        dup2(got, fd);
        close(got);
    }
}

void terminal_prepare(void)
{
    occupy(STDIN_FILENO, O_WRONLY);
    occupy(STDOUT_FILENO, O_RDONLY);
    occupy(STDERR_FILENO, O_RDONLY);
    /* A handler instead of SIG_IGN: programs that we start get the default
     * back. */
    struct sigaction action = { .sa_handler = ignore, .sa_flags = SA_RESTART };
    sigemptyset(&action.sa_mask);
    sigaction(SIGPIPE, &action, NULL);
    /* A limit on the size of files (ulimit -f) is a disk that is full. */
    sigaction(SIGXFSZ, &action, NULL);
}

static bool write_failed(struct diag *d)
{
    diag_error(d, standard_output, DIAG_FILE_WRITE, "cannot write: %s",
               strerror(errno));
    return false;
}

bool terminal_write(const char *path, const struct text *t, struct diag *d)
{
    if (path != NULL && strcmp(path, "-") != 0)
        return file_write_text(path, t, d);
    if (!terminal_flush(d))
        return false;
    const char *bytes = text_string(t);
    size_t left = text_length(t);
    while (left > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return write_failed(d);
        bytes += n;
        left -= (size_t)n;
    }
    return true;
}

bool terminal_flush(struct diag *d)
{
    return fflush(stdout) == 0 || write_failed(d);
}

static bool use_colour(void)
{
    const char *no = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return isatty(STDERR_FILENO) && (no == NULL || *no == '\0') &&
           term != NULL && strcmp(term, "dumb") != 0;
}

#define ESCAPE_BOLD    "\033[1m"
#define ESCAPE_RED     "\033[1;31m"
#define ESCAPE_MAGENTA "\033[1;35m"
#define ESCAPE_RESET   "\033[0m"

/* The place in bold, the severity in its colour, the rest plain. */
static void print_coloured(const struct diag_message *m, const char *text,
                           struct arena *a)
{
    bool error = m->severity == DIAG_ERROR;
    const char *label = arena_printf(a, "%s[%s]:", error ? "error" : "warning",
                                     diag_code_name(m->code));
    const char *at = strstr(text, label);
    int place = at == NULL ? 0 : (int)(at - text);
    size_t skip = at == NULL ? 0 : (size_t)place + strlen(label);
    fprintf(stderr, "%s%.*s%s%s%s%s%s\n", ESCAPE_BOLD, place, text,
            error ? ESCAPE_RED : ESCAPE_MAGENTA, at == NULL ? "" : label,
            ESCAPE_RESET, "", text + skip);
}

size_t terminal_print_diagnostics(const struct diag *d, size_t from)
{
    struct arena *a = arena_new();
    bool colour = use_colour();
    size_t i = from;
    for (; i < diag_count(d); i++) {
        const struct diag_message *m = diag_at(d, i);
        const char *text = diag_format(m, a);
        if (m->place.file == NULL)
            text = arena_printf(a, "headrace: %s", text);
        if (colour)
            print_coloured(m, text, a);
        else
            fprintf(stderr, "%s\n", text);
    }
    arena_free(a);
    return i;
}
