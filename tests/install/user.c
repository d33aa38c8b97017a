/* What a user of the installed library writes. */
#include <headrace.h>
#include <inttypes.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    char why[1000] = "usage: user MODEL\n";
    struct headrace_model *m = headrace_open(argv[argc - 1], why, sizeof why);
    struct headrace_run *r =
        m == NULL ? NULL : headrace_simulate(m, NULL, why, sizeof why);
    if (r == NULL)
        return fputs(why, stderr), 2;
    printf("latency %" PRIu64 " interval %" PRIu64 "\n",
           headrace_latency_cycles(r), headrace_interval_cycles(r));
    headrace_run_free(r);
    headrace_close(m);
    return 0;
}
