#include "design/hls_laws.h"

#include <stddef.h>
#include <string.h>

const char *hls_feature_name(enum hls_feature f)
{
    static const char *const names[HLS_FEATURE_COUNT] = {
        [HLS_PRODUCT] = "product",
        [HLS_SHARED_PRODUCT] = "shared_product",
        [HLS_HELD_PRODUCT] = "held_product",
        [HLS_MULTIPLIER] = "multiplier",
        [HLS_INPUT_BIT] = "input_bit",
        [HLS_INPUT_BIT_STAGE] = "input_bit_stage",
        [HLS_OUTPUT_BIT] = "output_bit",
        [HLS_HELD_BIT] = "held_bit",
        [HLS_CONSTANT] = "constant",
    };
    return names[f];
}

static bool has_kernel(const struct hls_law *law, const char *kernel)
{
    for (uint32_t k = 0; k < law->kernel_count; k++)
        if (strcmp(law->kernels[k], kernel) == 0)
            return true;
    return false;
}

const struct hls_law *hls_law_find(const struct hls_laws *l, bool ff,
                                   const char *kernel, enum strategy strategy)
{
    for (uint32_t i = 0; l != NULL && i < l->law_count; i++) {
        const struct hls_law *law = &l->laws[i];
        if (law->ff == ff && has_kernel(law, kernel) &&
            (law->any_strategy || law->strategy == strategy))
            return law;
    }
    return NULL;
}

const struct hls_fifo_law *hls_fifo_law_find(const struct hls_laws *l,
                                             bool vitis, bool ram)
{
    for (uint32_t i = 0; l != NULL && i < l->fifo_count; i++)
        if (l->fifos[i].vitis == vitis && l->fifos[i].ram == ram)
            return &l->fifos[i];
    return NULL;
}
