#include "design/hardware.h"

#include <assert.h>

const char *fifo_kind_name(enum fifo_kind k)
{
    static const char *const names[] = {
        [FIFO_AUTO] = "auto",
        [FIFO_SRL] = "srl",
        [FIFO_BRAM] = "bram",
        [FIFO_FRAME] = "frame",
    };
    assert(k <= FIFO_FRAME);
    return names[k];
}
