/* commands -- one function and one usage per command; the table is in
 * main.c. */
#ifndef HEADRACE_CLI_COMMANDS_H
#define HEADRACE_CLI_COMMANDS_H

#include "cli/command.h"

command_fn cmd_simulate, cmd_explain, cmd_infer, cmd_generate, cmd_verify,
    cmd_compare, cmd_calibrate, cmd_tune, cmd_partition, cmd_import;
extern const struct usage simulate_usage, explain_usage, infer_usage,
    generate_usage, verify_usage, compare_usage, calibrate_usage, tune_usage,
    partition_usage, import_usage;

#endif
