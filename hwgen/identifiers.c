#include "hwgen/identifiers.h"

#include "base/arena.h"
#include "design/design.h"
#include "hwgen/library.h"

#include <ctype.h>
#include <string.h>

/* Reserved words, IEEE Std 1800-2017, annex B; a space behind each. */
static const char keywords[] =
    "accept_on alias always always_comb always_ff always_latch and assert "
    "assign assume automatic before begin bind bins binsof bit break buf "
    "bufif0 bufif1 byte case casex casez cell chandle checker class clocking "
    "cmos config const constraint context continue cover covergroup "
    "coverpoint cross deassign default defparam design disable dist do edge "
    "else end endcase endchecker endclass endclocking endconfig endfunction "
    "endgenerate endgroup endinterface endmodule endpackage endprimitive "
    "endprogram endproperty endsequence endspecify endtable endtask enum "
    "event eventually expect export extends extern final first_match for "
    "force foreach forever fork forkjoin function generate genvar global "
    "highz0 highz1 if iff ifnone ignore_bins illegal_bins implements implies "
    "import incdir include initial inout input inside instance int integer "
    "interconnect interface intersect join join_any join_none large let "
    "liblist library local localparam logic longint macromodule matches "
    "medium modport module nand negedge nettype new nexttime nmos nor "
    "noshowcancelled not notif0 notif1 null or output package packed "
    "parameter pmos posedge primitive priority program property protected "
    "pull0 pull1 pulldown pullup pulsestyle_ondetect pulsestyle_onevent pure "
    "rand randc randcase randsequence rcmos real realtime ref reg reject_on "
    "release repeat restrict return rnmos rpmos rtran rtranif0 rtranif1 "
    "s_always s_eventually s_nexttime s_until s_until_with scalared sequence "
    "shortint shortreal showcancelled signed small soft solve specify "
    "specparam static string strong strong0 strong1 struct super supply0 "
    "supply1 sync_accept_on sync_reject_on table tagged task this throughout "
    "time timeprecision timeunit tran tranif0 tranif1 tri tri0 tri1 triand "
    "trior trireg type typedef union unique unique0 unsigned until "
    "until_with untyped use uwire var vectored virtual void wait wait_order "
    "wand weak weak0 weak1 while wildcard wire with within wor xnor xor ";

static bool is_keyword(const char *name)
{
    size_t length = strlen(name);
    for (const char *word = keywords; *word != '\0';) {
        size_t word_length = strcspn(word, " ");
        if (word_length == length && strncmp(word, name, length) == 0)
            return true;
        word += word_length + 1;
    }
    return false;
}

static const char *choose_stem(struct arena *a, const char *name)
{
    static const char *const ends[] = { "", "_pkg", "_tb" };
    bool taken = is_keyword(name);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        taken |= library_has_stem(arena_printf(a, "%s%s", name, ends[i]));
    return taken ? arena_printf(a, "%s_design", name) : name;
}

/* The names given so far, all in one list: processes and streams share the
 * package. */
struct taken {
    const char **names;
    uint32_t count;
};

static bool is_taken(const struct taken *t, const char *name)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (strcmp(t->names[i], name) == 0)
            return true;
    return false;
}

static const char *add_identifier(struct arena *a, struct taken *t,
                                  const char *name)
{
    char *flat = arena_strdup(a, name);
    for (char *s = flat; *s != '\0'; s++)
        if (!isalnum((unsigned char)*s))
            *s = '_';
    const char *chosen = flat;
    for (uint32_t number = 2; is_taken(t, chosen); number++)
        chosen = arena_printf(a, "%s_%u", flat, number);
    t->names[t->count++] = chosen;
    return chosen;
}

struct identifiers *identifiers_new(struct arena *a, const struct design *d,
                                    const char *name)
{
    struct identifiers *ids = arena_new_item(a, struct identifiers);
    ids->stem = choose_stem(a, name == NULL ? d->name : name);
    ids->processes = arena_new_array(a, const char *, d->process_count);
    ids->streams = arena_new_array(a, const char *, d->stream_count);
    ids->boards = arena_new_array(a, const char *, d->board_count);
    struct taken taken = {
        arena_new_array(a, const char *,
                        (size_t)d->process_count + d->stream_count +
                            d->board_count),
        0,
    };
    for (uint32_t i = 0; i < d->process_count; i++)
        ids->processes[i] = add_identifier(a, &taken, d->processes[i].name);
    for (uint32_t i = 0; i < d->stream_count; i++)
        ids->streams[i] = add_identifier(a, &taken, d->streams[i].name);
    for (uint32_t i = 0; i < d->board_count; i++)
        ids->boards[i] =
            add_identifier(a, &taken,
                           arena_printf(a, "board_%s", d->boards[i].name));
    return ids;
}
