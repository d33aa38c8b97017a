#include "tests/traces/wave_build.h"

#include <check.h>
#include <inttypes.h>
#include <string.h>

#include <fstapi.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"

enum { SIGNALS_MAX = 256, CHANGES_MAX = 1 << 14, CODE_SIZE = 8 };

struct wave_signal {
    const char *path;
    uint32_t bits, of; /* of: itself, or what it is an alias of */
};

struct wave_change {
    uint64_t time;
    uint32_t signal;
    const char *value;
};

struct wave {
    struct arena *arena;
    uint64_t time;
    uint32_t signal_count, change_count;
    struct wave_signal signals[SIGNALS_MAX];
    struct wave_change changes[CHANGES_MAX];
};

struct wave *wave_new(struct arena *a)
{
    struct wave *w = arena_new_item(a, struct wave);
    w->arena = a;
    return w;
}

uint32_t wave_signal(struct wave *w, const char *path, uint32_t bits)
{
    uint32_t n = w->signal_count++;
    ck_assert_uint_lt(n, SIGNALS_MAX);
    w->signals[n] = (struct wave_signal){ path, bits, n };
    return n;
}

uint32_t wave_alias(struct wave *w, const char *path, uint32_t of)
{
    uint32_t n = wave_signal(w, path, w->signals[of].bits);
    w->signals[n].of = of;
    return n;
}

void wave_set(struct wave *w, uint32_t signal, const char *value)
{
    ck_assert_uint_lt(w->change_count, CHANGES_MAX);
    ck_assert_uint_eq(strlen(value), w->signals[signal].bits);
    w->changes[w->change_count++] =
        (struct wave_change){ w->time, signal, value };
}

void wave_time(struct wave *w, uint64_t time)
{
    w->time = time;
}

void wave_cycle(struct wave *w, uint32_t clock)
{
    w->time += 5;
    wave_set(w, clock, "1");
    w->time += 5;
    wave_set(w, clock, "0");
}

/* Identifiers of one or two letters, so both lengths are met. */
static const char *code_of(uint32_t signal, char code[CODE_SIZE])
{
    enum { RADIX = 7 };
    size_t n = 0;
    code[n++] = (char)('!' + signal % RADIX);
    for (uint32_t rest = signal / RADIX; rest > 0; rest /= RADIX)
        code[n++] = (char)('0' + rest % RADIX);
    code[n] = '\0';
    return code;
}

static void vcd_signal(struct text *t, const struct wave_signal *s)
{
    char code[CODE_SIZE];
    const char *at = s->path;
    uint32_t depth = 0;
    for (const char *dot; (dot = strchr(at, '.')) != NULL; at = dot + 1) {
        text_printf(t, "$scope module %.*s $end\n", (int)(dot - at), at);
        depth++;
    }
    text_printf(t, "$var wire %" PRIu32 " %s %s $end\n", s->bits,
                code_of(s->of, code), at);
    while (depth-- > 0)
        text_add(t, "$upscope $end\n");
}

const char *wave_vcd(const struct wave *w)
{
    struct text *t = text_new(w->arena);
    char code[CODE_SIZE];
    uint64_t time = 0;
    text_add(t, "$version a test $end\n$timescale 1 ns $end\n");
    for (uint32_t i = 0; i < w->signal_count; i++)
        vcd_signal(t, &w->signals[i]);
    text_add(t, "$enddefinitions $end\n#0\n");
    for (uint32_t i = 0; i < w->change_count; i++) {
        const struct wave_change *c = &w->changes[i];
        const struct wave_signal *s = &w->signals[c->signal];
        if (c->time != time)
            text_printf(t, "#%" PRIu64 "\n", c->time);
        time = c->time;
        text_printf(t, s->bits == 1 ? "%s%s\n" : "b%s %s\n", c->value,
                    code_of(s->of, code));
    }
    return text_string(t);
}

static void *fst_with_changes(const struct wave *w, const char *path)
{
    fstHandle handles[SIGNALS_MAX];
    void *f = fstWriterCreate(path, 1);
    ck_assert_ptr_nonnull(f);
    fstWriterSetTimescaleFromString(f, "1ns");
    fstWriterSetPackType(f, FST_WR_PT_LZ4);
    for (uint32_t i = 0; i < w->signal_count; i++) {
        const struct wave_signal *s = &w->signals[i];
        const char *at = s->path;
        uint32_t depth = 0;
        for (const char *dot; (dot = strchr(at, '.')) != NULL; at = dot + 1) {
            fstWriterSetScope(
                f, FST_ST_VCD_MODULE,
                arena_printf(w->arena, "%.*s", (int)(dot - at), at), NULL);
            depth++;
        }
        handles[i] =
            fstWriterCreateVar(f, FST_VT_VCD_WIRE, FST_VD_IMPLICIT, s->bits, at,
                               s->of == i ? 0 : handles[s->of]);
        while (depth-- > 0)
            fstWriterSetUpscope(f);
    }
    for (uint32_t i = 0; i < w->change_count; i++) {
        const struct wave_change *c = &w->changes[i];
        fstWriterEmitTimeChange(f, c->time);
        fstWriterEmitValueChange(f, handles[w->signals[c->signal].of],
                                 c->value);
    }
    return f;
}

void wave_write_fst(const struct wave *w, const char *path)
{
    fstWriterClose(fst_with_changes(w, path));
}

static void copy(struct wave *w, const char *from, const char *to)
{
    struct diag *d = diag_new(w->arena);
    size_t length = 0;
    const char *bytes = file_read(w->arena, from, 1 << 24, &length, d);
    ck_assert_ptr_nonnull(bytes);
    ck_assert(file_write(to, bytes, length, d));
}

void wave_write_open_fst(struct wave *w, const char *path)
{
    const char *open = arena_printf(w->arena, "%s.open", path);
    void *f = fst_with_changes(w, open);
    fstWriterFlushContext(f);
    /* The flush is done with the next change of time. */
    fstWriterEmitTimeChange(f, w->time + 1);
    copy(w, open, path);
    copy(w, arena_printf(w->arena, "%s.hier", open),
         arena_printf(w->arena, "%s.hier", path));
    fstWriterClose(f);
}
