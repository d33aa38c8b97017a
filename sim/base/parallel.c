#include "base/parallel.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

enum { THREADS_MAX = 256 };

struct crew {
    parallel_work *work;
    void *context;
    uint32_t count;
    _Atomic uint32_t next; /* piece that nobody has taken */
};

static void *take_pieces(void *of)
{
    struct crew *c = of;
    for (;;) {
        const uint32_t piece = atomic_fetch_add(&c->next, 1);
        if (piece >= c->count)
            return NULL;
        c->work(c->context, piece);
    }
}

/* With all signals blocked, so that they come to the thread that waits. */
static uint32_t start(struct crew *c, pthread_t *threads, uint32_t count)
{
    sigset_t all, before;
    uint32_t started = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (started < count &&
           pthread_create(&threads[started], NULL, take_pieces, c) == 0)
        started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

void parallel_run(uint32_t threads, uint32_t count, parallel_work *work,
                  void *context)
{
    struct crew c = { .work = work, .context = context, .count = count };
    pthread_t others[THREADS_MAX];
    if (threads > count)
        threads = count;
    if (threads > THREADS_MAX)
        threads = THREADS_MAX;
    const uint32_t started = threads > 1 ? start(&c, others, threads - 1) : 0;
    take_pieces(&c);
    for (uint32_t i = 0; i < started; i++)
        pthread_join(others[i], NULL);
}

uint32_t parallel_processors(void)
{
    const long count = sysconf(_SC_NPROCESSORS_ONLN);
    if (count < 1)
        return 1;
    return count < THREADS_MAX ? (uint32_t)count : THREADS_MAX;
}
