#include "cost/capacity.h"

#include "tests/check_main.h"

START_TEST(every_resource_has_its_name_and_number)
{
    static const char *const names[] = { "LUT", "FF", "DSP", "BRAM18", "URAM" };
    struct cost c = { .lut = 1, .ff = 2, .dsp = 3, .bram18 = 4, .uram = 5 };
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        ck_assert_str_eq(resource_name((enum resource)r), names[r]);
        ck_assert_uint_eq(resource_of(&c, (enum resource)r), (uint64_t)r + 1);
    }
}
END_TEST

START_TEST(a_full_device_fits_and_one_more_does_not)
{
    struct device d = {
        .capacity = { .lut = 10, .ff = 20, .dsp = 3, .bram18 = 4, .uram = 0 }
    };
    struct cost c = d.capacity;
    ck_assert(capacity_fits(&d, &c));
    uint64_t *const all[] = { &c.lut, &c.ff, &c.dsp, &c.bram18, &c.uram };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        ++*all[i];
        ck_assert(!capacity_fits(&d, &c));
        --*all[i];
    }
    ck_assert(capacity_fits(&d, &(struct cost){ 0 }));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_resource_has_its_name_and_number,
        a_full_device_fits_and_one_more_does_not,
        NULL,
    };
    return check_main("capacity", tests);
}
