#include "kernels/kernels.h"

#include "design/design.h"
#include "tests/check_main.h"

/* Streams of frames of two tensors; the second is of no copy in this frame. */
START_TEST(each_stream_keeps_its_values)
{
    struct stream a = { .shape = { 1, 2, 2 } }, b = { .shape = { 1, 1, 3 } };
    struct stream *ports[] = { &a, &b };
    const struct process p = {
        .input_count = 2, .output_count = 2, .inputs = ports, .outputs = ports
    };
    const int32_t in_a[] = { 1, -2, 3, 4 }, in_b[] = { 7, 8, 9 };
    int32_t out_a[4] = { 0 }, out_b[3] = { 0 };
    kernel_link.compute(&p, (const int32_t *const[]){ in_a, in_b },
                        (int32_t *const[]){ out_a, out_b });
    ck_assert_mem_eq(out_a, in_a, sizeof in_a);
    ck_assert_mem_eq(out_b, in_b, sizeof in_b);
    out_a[0] = 5;
    kernel_link.compute(&p, (const int32_t *const[]){ NULL, in_b },
                        (int32_t *const[]){ NULL, out_b });
    ck_assert_int_eq(out_a[0], 5);

    const double floats[] = { 0.5, 1, -1.5 };
    double out[3] = { 0 };
    kernel_link.compute_float(&p, (const double *const[]){ NULL, floats },
                              (double *const[]){ NULL, out });
    ck_assert_mem_eq(out, floats, sizeof floats);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { each_stream_keeps_its_values, NULL };
    return check_main("link_kernel", tests);
}
