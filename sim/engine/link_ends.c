/* The ends of a link: packer and unpacker, which tokens and words go through
 * in an order that depends on no times. */
#include "engine/link_state.h"

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* As channel_peak_at_write and channel_peak_at_read, of words: of the send
 * FIFO. */
static void count_sent(struct link_way *w, int64_t time)
{
    while (w->send_peak <= w->send_mask && w->send_peak <= w->packed &&
           w->packed - w->send_peak < w->sent &&
           w->free_at[(w->packed - w->send_peak) & w->send_mask] > time)
        w->send_peak++;
}

static bool write_words(struct link_state *l, struct link_way *w)
{
    const uint64_t places = w->send_mask + 1;
    bool moved = false;
    for (; w->words_due != 0; w->words_due--) {
        int64_t time = w->due_from;
        if (w->packed >= places) {
            const uint64_t before = w->packed - places;
            if (before >= w->sent)
                return moved;
            time = later(time, w->free_at[before & w->send_mask]);
        }
        count_sent(w, time);
        w->written_at[w->packed & w->send_mask] = time;
        w->seen_at[w->packed & w->send_mask] = crossing_seen(&l->to_line, time);
        w->packed++;
        w->token_from = time; /* it can be filled while it is emptied */
        w->due_from = time + 1;
        moved = true;
    }
    return moved;
}

bool link_pack(struct link_state *l, uint32_t way)
{
    struct link_way *w = &l->ways[way];
    const struct link_stream *s = w->stream;
    bool moved = false;
    for (;;) {
        moved |= write_words(l, w);
        if (w->words_due != 0 || !channel_token_known(w->in))
            return moved;
        const int64_t time = later(w->token_from, channel_token_time(w->in));
        l->starved_by[way] += (uint64_t)(time - w->token_from);
        channel_read(w->in, time);
        moved = true;
        w->token_from = w->due_from = time + 1;
        w->in_word++;
        if (++w->packed_frame == w->tokens_per_frame ||
            w->in_word == s->tokens_per_word) {
            w->in_word = 0;
            w->words_due = s->words_per_token;
        }
        if (w->packed_frame == w->tokens_per_frame)
            w->packed_frame = 0;
    }
}

int64_t link_word_bound(const struct link_state *l, const struct link_way *w,
                        uint64_t ahead)
{
    int64_t first = w->token_from;
    if (w->words_due != 0)
        first = w->due_from;
    else if (!channel_token_known(w->in))
        first = later(first, w->in->last_write + 1 + w->in->write_latency);
    /* The first may want one token more, and so may the last, where a frame
     * ends; those in between want all theirs. */
    if (ahead != 0)
        first += 1 + (int64_t)((ahead - 1) * w->stream->tokens_per_word);
    return crossing_seen(&l->to_line, first);
}

static bool write_tokens(struct link_state *l, struct link_way *w, uint32_t way)
{
    bool moved = false;
    for (; w->tokens_due != 0; w->tokens_due--) {
        if (!channel_room_known(w->out))
            return moved;
        const int64_t time =
            later(w->token_due_from, channel_room_time(w->out));
        l->blocked_by[way] += (uint64_t)(time - w->token_due_from);
        channel_write(w->out, time);
        w->token_due_from = time + 1;
        w->word_from = time;
        moved = true;
    }
    return moved;
}

/* The next word leaves the receive buffer. */
static int64_t read_word(struct link_state *l, struct link_way *w)
{
    const uint64_t at = w->unpacked & w->receive_mask;
    const int64_t time = later(w->word_from, w->readable_at[at]);
    const int64_t seen = crossing_seen(&l->from_receiver, time);
    w->read_seen_at[at] = seen;
    while (w->unpacked + w->receive_peak < w->sent &&
           w->arrives_at[(w->unpacked + w->receive_peak) & w->receive_mask] <
               seen)
        w->receive_peak++;
    w->unpacked++;
    return time;
}

bool link_unpack(struct link_state *l, uint32_t way)
{
    struct link_way *w = &l->ways[way];
    const struct link_stream *s = w->stream;
    bool moved = false;
    for (;;) {
        moved |= write_tokens(l, w, way);
        if (w->tokens_due != 0 || w->unpacked == w->sent)
            return moved;
        w->word_from = w->token_due_from = read_word(l, w) + 1;
        moved = true;
        if (++w->words_in != s->words_per_token)
            continue;
        w->words_in = 0;
        const uint64_t left = w->tokens_per_frame - w->unpacked_frame;
        w->tokens_due =
            left < s->tokens_per_word ? (uint32_t)left : s->tokens_per_word;
        w->unpacked_frame =
            left == w->tokens_due ? 0 : w->unpacked_frame + w->tokens_due;
    }
}

/* Read and written to the asynchronous FIFO in one cycle. */
static bool cross_in(struct link_state *l, struct link_way *w, uint32_t way)
{
    const uint64_t places = w->send_mask + 1;
    bool moved = false;
    for (; channel_token_known(w->in); moved = true) {
        const int64_t token = later(w->token_from, channel_token_time(w->in));
        int64_t time = token;
        if (w->packed >= places) {
            if (w->packed - places >= w->sent)
                break;
            time = later(time, w->free_at[w->packed & w->send_mask]);
        }
        l->starved_by[way] += (uint64_t)(token - w->token_from);
        channel_read(w->in, time);
        count_sent(w, time);
        w->written_at[w->packed & w->send_mask] = time;
        w->seen_at[w->packed & w->send_mask] = crossing_seen(&l->to_line, time);
        w->packed++;
        w->token_from = time + 1;
        l->line_words++;
    }
    return moved;
}

bool link_cross(struct link_state *l, uint32_t way)
{
    struct link_way *w = &l->ways[way];
    bool moved = cross_in(l, w, way);
    for (; w->sent < w->packed && channel_room_known(w->out); moved = true) {
        const uint64_t at = w->sent & w->send_mask;
        const int64_t token = later(w->word_from, w->seen_at[at]);
        const int64_t time = later(token, channel_room_time(w->out));
        l->blocked_by[way] += (uint64_t)(time - token);
        channel_write(w->out, time);
        const int64_t seen = crossing_seen(&l->to_sender, time);
        w->free_at[at] = seen;
        while (w->sent + w->send_peak < w->packed &&
               w->written_at[(w->sent + w->send_peak) & w->send_mask] < seen)
            w->send_peak++;
        w->sent++;
        w->unpacked++;
        w->word_from = time + 1;
    }
    return moved;
}
