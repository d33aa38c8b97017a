/* lanes_stuck -- which lanes could go on when their group cannot.  Inside the
 * engine.
 *
 * A group comes to a halt when there is nothing left that all of its lanes can
 * do.  What they have done so far is the same, and each could have done it by
 * itself: so a lane in which no write that is due has room and no step finds
 * its tokens before such a write stops it is where its own evaluation would
 * end, and that is a deadlock (Kahn 1974: in what order the possible is done
 * does not matter).  The other lanes are not: each can do something, but not
 * all of them the same.  Of these, some that can all do one thing go on
 * together; those that are left out have to begin again in another group.
 *
 * Neither ever holds up the ones that go on, for the place of a lane that is
 * dead or left out is taken by a copy of another one's capacities.  The times
 * in it no longer mean anything, but they are those of some hardware, so all
 * that is said about times in lanes_group.h still holds. */
#ifndef HEADRACE_ENGINE_LANES_STUCK_H
#define HEADRACE_ENGINE_LANES_STUCK_H

#include <stdint.h>

struct group;
struct lane_process;

/* What lanes can do: masks of lanes, a bit each. */
struct lanes_moves {
    /* A process whose next step all the lanes asked for can take, though what
     * is due before or after it cannot be placed; NULL: there is none.  Then
     * nothing else is found out. */
    struct lane_process *step_ahead;
    uint32_t any;  /* lanes that can do something */
    uint32_t most; /* as many as can be found that can do the same; `first`
                      is one of them if it can do anything and is a lane */
};

/* Of the lanes in the mask `lanes`; the group has come to a halt.  `first` may
 * be GROUP_LANES: none is preferred. */
struct lanes_moves lanes_find_moves(const struct group *g, uint32_t lanes,
                                    uint32_t first);

#endif
