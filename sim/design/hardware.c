#include "design/hardware.h"

#include <assert.h>

const char *fifo_kind_name(enum fifo_kind k)
{
    static const char *const names[] = {
        [FIFO_AUTO] = "auto",
        [FIFO_SRL] = "srl",
        [FIFO_BRAM] = "bram",
    };
    assert(k <= FIFO_BRAM);
    return names[k];
}
