/* Cuts and foldings against an integer program solved by GLPK: problems too
 * large for trying everything. */
#include "partition/cutting.h"

#include <glpk.h>
#include <stdio.h>

#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/partition/random_problem.h"

enum { LONGEST = 100000, ROW_MOST = 4096 };

/* The program: x(i, c, b) = 1 if item i is on board b in form c, y(n, r, l) = 1
 * if the copy of net n for reader r crosses link l; least T. */
struct program {
    glp_prob *lp;
    const struct problem *problem;
    int *first_x; /* by item */
    int t;
};

/* One row: its columns (from 1 on) and factors. */
struct row {
    int count;
    int columns[ROW_MOST];
    double factors[ROW_MOST];
};

static void put(struct row *r, int column, double factor)
{
    ck_assert_int_lt(r->count + 1, ROW_MOST);
    r->count++;
    r->columns[r->count] = column;
    r->factors[r->count] = factor;
}

static void add_row(struct program *g, const struct row *r, int kind,
                    double low, double high)
{
    const int row = glp_add_rows(g->lp, 1);
    glp_set_row_bnds(g->lp, row, kind, low, high);
    glp_set_mat_row(g->lp, row, r->count, r->columns, r->factors);
}

static int x_of(const struct program *g, uint32_t item, uint32_t choice,
                uint32_t slot)
{
    return g->first_x[item] + (int)(choice * g->problem->slot_count + slot);
}

static int add_binary(struct program *g)
{
    const int column = glp_add_cols(g->lp, 1);
    glp_set_col_kind(g->lp, column, GLP_BV);
    return column;
}

/* Adds factor * (item is on a board of low .. high). */
static void put_where(const struct program *g, struct row *r, uint32_t item,
                      uint32_t low, uint32_t high, double factor)
{
    for (uint32_t c = 0; c < g->problem->items[item].choice_count; c++)
        for (uint32_t b = low; b <= high; b++)
            put(r, x_of(g, item, c, b), factor);
}

static void add_items(struct program *g)
{
    const struct problem *p = g->problem;
    for (uint32_t i = 0; i < p->item_count; i++) {
        const struct item *item = &p->items[i];
        g->first_x[i] = glp_get_num_cols(g->lp) + 1;
        for (uint32_t k = 0; k < item->choice_count * p->slot_count; k++)
            add_binary(g);
        struct row one = { .count = 0 }, cycles = { .count = 0 };
        put_where(g, &one, i, 0, p->slot_count - 1, 1);
        add_row(g, &one, GLP_FX, 1, 1);
        for (uint32_t c = 0; c < item->choice_count; c++)
            for (uint32_t b = 0; b < p->slot_count; b++)
                put(&cycles, x_of(g, i, c, b), (double)item->choices[c].cycles);
        put(&cycles, g->t, -1);
        add_row(g, &cycles, GLP_UP, 0, 0);
    }
}

static void add_capacities(struct program *g)
{
    const struct problem *p = g->problem;
    for (uint32_t b = 0; b < p->slot_count; b++) {
        for (int r = 0; r < RESOURCE_COUNT; r++) {
            struct row row = { .count = 0 };
            for (uint32_t i = 0; i < p->item_count; i++)
                for (uint32_t c = 0; c < p->items[i].choice_count; c++)
                    put(&row, x_of(g, i, c, b),
                        (double)p->items[i].choices[c].demand.of[r]);
            add_row(g, &row, GLP_UP, 0, (double)p->slots[b].capacity.of[r]);
        }
    }
}

static void add_nets(struct program *g)
{
    const struct problem *p = g->problem;
    const uint32_t last = p->slot_count - 1;
    for (uint32_t link = 0; link < last; link++) {
        struct row load = { .count = 0 };
        for (uint32_t n = 0; n < p->net_count; n++) {
            const struct net *net = &p->nets[n];
            for (uint32_t k = 0; k < net->reader_count; k++) {
                /* Forward: a reader up to here has its writer up to here. */
                struct row order = { .count = 0 }, cross = { .count = 0 };
                put_where(g, &order, net->readers[k], 0, link, 1);
                put_where(g, &order, net->from, 0, link, -1);
                add_row(g, &order, GLP_UP, 0, 0);
                const int y = add_binary(g);
                put_where(g, &cross, net->from, 0, link, 1);
                put_where(g, &cross, net->readers[k], link + 1, last, 1);
                put(&cross, y, -1);
                add_row(g, &cross, GLP_UP, 0, 1);
                put(&load, y, (double)net->loads[link]);
            }
        }
        put(&load, g->t, -1000);
        add_row(g, &load, GLP_UP, 0, 0);
    }
}

/* 0: nothing fits. */
static uint64_t solve(struct arena *a, const struct problem *p)
{
    struct program g = { .lp = glp_create_prob(), .problem = p };
    g.first_x = arena_new_array(a, int, p->item_count);
    glp_set_obj_dir(g.lp, GLP_MIN);
    g.t = glp_add_cols(g.lp, 1);
    glp_set_col_kind(g.lp, g.t, GLP_IV);
    glp_set_col_bnds(g.lp, g.t, GLP_LO, 1, 0);
    glp_set_obj_coef(g.lp, g.t, 1);
    add_items(&g);
    add_capacities(&g);
    add_nets(&g);
    glp_iocp how;
    glp_init_iocp(&how);
    how.presolve = GLP_ON;
    how.msg_lev = GLP_MSG_OFF;
    const int fault = glp_intopt(g.lp, &how);
    uint64_t best = 0;
    if (fault == 0 && glp_mip_status(g.lp) == GLP_OPT)
        best = (uint64_t)(glp_mip_obj_val(g.lp) + 0.5); /* a whole number */
    else
        ck_assert(fault == GLP_ENOPFS || fault == GLP_ENODFS ||
                  glp_mip_status(g.lp) == GLP_NOFEAS);
    glp_delete_prob(g.lp);
    return best;
}

static void check_shape(const struct problem_shape *s, uint64_t seed,
                        uint32_t times)
{
    struct rng rng = { seed };
    uint32_t fit = 0, proven = 0;
    for (uint32_t i = 0; i < times; i++) {
        struct arena *a = arena_new();
        const struct problem *p = random_problem(a, &rng, s);
        const struct plan plan =
            cutting_least(a, p, p->slot_count, 1, LONGEST, NULL);
        const uint64_t best = solve(a, p);
        const uint64_t found = plan.fits ? plan.interval : 0;
        ck_assert_msg(!plan.proven || found == best,
                      "seed %llu, problem %u: %llu, GLPK %llu",
                      (unsigned long long)seed, i, (unsigned long long)found,
                      (unsigned long long)best);
        fit += plan.fits;
        proven += plan.proven;
        arena_free(a);
    }
    printf("seed %llu: %u problems, %u fit, %u proven\n",
           (unsigned long long)seed, times, fit, proven);
    ck_assert_uint_gt(fit, times / 4);
    ck_assert_uint_gt(proven, times * 9 / 10);
}

START_TEST(chains)
{
    const struct problem_shape s = { .items_most = 12,
                                     .choices_most = 4,
                                     .slots_most = 4,
                                     .chain = true,
                                     .each_reader = true };
    check_shape(&s, 11, 60);
}
END_TEST

START_TEST(graphs)
{
    const struct problem_shape s = { .items_most = 10,
                                     .choices_most = 4,
                                     .slots_most = 4,
                                     .each_reader = true };
    check_shape(&s, 12, 60);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { chains, graphs, NULL };
    glp_term_out(GLP_OFF);
    return check_main("cutting_glpk", tests);
}
