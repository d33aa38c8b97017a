"""Laws and tables of tests/accuracy/hls_cost.py are up to date, the program
agrees with it, and planted faults are found."""

import copy
import sys

import hls_cost


def planted(laws):
    """Each of them must make the program and the script part."""
    first = laws["processes"][0]
    for key, change in (("product", 1000), ("constant", 90000)):
        wrong = copy.deepcopy(laws)
        wrong["processes"][0][key] = first[key] + change
        yield key, wrong


laws = hls_cost.load(hls_cost.LAWS)
for what, wrong in planted(laws):
    if not hls_cost.program_disagrees(["lenet5"], wrong):
        sys.exit(f"a wrong {what} is not found")
sys.argv[1:] = ["--check"]
hls_cost.main()
