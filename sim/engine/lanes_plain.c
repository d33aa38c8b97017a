/* For any machine. */
#include "engine/lanes_step.h"

const struct lanes_kernel lanes_kernel_plain = { run_group, step_ahead, 2 };
