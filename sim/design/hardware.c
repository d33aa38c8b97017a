#include "design/hardware.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

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

const struct layer_options *hardware_layer_options(const struct hardware *h,
                                                   const char *layer)
{
    for (uint32_t i = 0; i < h->layer_count; i++)
        if (strcmp(h->layers[i].layer, layer) == 0)
            return &h->layers[i];
    return NULL;
}
