#include "design/hardware.h"

#include "base/arena.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

const char *fifo_kind_name(enum fifo_kind k)
{
    static const char *const names[] = {
        [FIFO_AUTO] = "auto",   [FIFO_SRL] = "srl", [FIFO_BRAM] = "bram",
        [FIFO_FRAME] = "frame", [FIFO_RAM] = "ram",
    };
    assert(k <= FIFO_RAM);
    return names[k];
}

const char *family_name(enum family f)
{
    static const char *const names[] = {
        [FAMILY_HEADRACE] = "headrace",
        [FAMILY_HLS4ML_VIVADO_2019_2] = "hls4ml/vivado-2019.2",
        [FAMILY_HLS4ML_VIVADO_2020_1] = "hls4ml/vivado-2020.1",
        [FAMILY_HLS4ML_VITIS_2023_2] = "hls4ml/vitis-2023.2",
        [FAMILY_HLS4ML_VITIS_2024_2] = "hls4ml/vitis-2024.2",
        [FAMILY_SCHEDULE] = "schedule",
    };
    assert(f < FAMILY_COUNT);
    return names[f];
}

const char *hls_term_name(enum hls_term t)
{
    static const char *const names[HLS_TERM_COUNT] = {
        [HLS_TERM_REUSE] = "reuse",       [HLS_TERM_TOKENS] = "tokens",
        [HLS_TERM_PRODUCT] = "product",   [HLS_TERM_HELPER] = "helper",
        [HLS_TERM_STAGES] = "stages",     [HLS_TERM_LEVELS] = "levels",
        [HLS_TERM_COMPARES] = "compares", [HLS_TERM_TURNS] = "turns",
    };
    assert(t < HLS_TERM_COUNT);
    return names[t];
}

bool family_is_hls(enum family f)
{
    return f != FAMILY_HEADRACE && f != FAMILY_SCHEDULE;
}

bool family_is_ours(enum family f)
{
    return f == FAMILY_HEADRACE;
}

bool family_has_cost(enum family f)
{
    return f != FAMILY_SCHEDULE;
}

bool family_is_vitis(enum family f)
{
    return f == FAMILY_HLS4ML_VITIS_2023_2 || f == FAMILY_HLS4ML_VITIS_2024_2;
}

bool family_find(const char *name, enum family *out)
{
    for (int f = 0; f < FAMILY_COUNT; f++) {
        if (name != NULL && strcmp(name, family_name((enum family)f)) != 0)
            continue;
        *out = (enum family)f;
        return true;
    }
    return false;
}

const char *family_list(struct arena *a)
{
    const char *list = family_name(FAMILY_HEADRACE);
    for (int f = 1; f < FAMILY_COUNT; f++)
        list = arena_printf(a, "%s, %s", list, family_name((enum family)f));
    return list;
}

bool family_names_hls(const char *name)
{
    static const char start[] = "hls4ml/";
    return strncmp(name, start, strlen(start)) == 0 &&
           name[strlen(start)] != '\0';
}

const char *hardware_family_name(const struct hardware *h)
{
    if (h->tool != NULL)
        return h->tool;
    return h->family != NULL ? h->family : family_name(FAMILY_HEADRACE);
}

const struct layer_options *hardware_layer_options(const struct hardware *h,
                                                   const char *layer)
{
    for (uint32_t i = 0; i < h->layer_count; i++)
        if (strcmp(h->layers[i].layer, layer) == 0)
            return &h->layers[i];
    return NULL;
}
