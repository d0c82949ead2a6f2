#!/usr/bin/env bash
# The ranking benchmark: our plain loop and our walk beside PyTorch's plain loop, one after another on an idle machine.
# Usage: compare.sh RUN DATA LIST COUNT, where RUN is a trained run folder, LIST architectures of its space, and COUNT how many of
# them the plain loops measure (they share nothing, so the time of a network does not depend on how many there are).
# The list must be in random order, so that its first COUNT are like the rest. THREADS: 2 by default, for all rows.
# PyTorch: Debian's python3-torch. Its allocator is tuned by environment as ours is in the program; the last row is without.
set -euo pipefail
run=$1 data=$2 list=$3 count=$4
here=$(cd "$(dirname "$0")" && pwd)
bench=${BENCH:-$here/../../artifacts/bin/PriorNas.Bench/release/PriorNas.Bench}
export OMP_NUM_THREADS=${THREADS:-2}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=${PYTHON:-/usr/bin/python3}
all=$("$python" -c "import json,sys; print(len(json.load(open(sys.argv[1]))))" "$list")

"$bench" export "$run" "$data" "$list" "$work"
"$bench" rates "$("$python" -c "import json,sys; print(json.load(open(sys.argv[1]+'/space.json'))['imageSize'])" "$run")"
"$bench" rank "$run" "$data" "$list" plain "$count" "$work/plain.json"
for precision in float32 bfloat16; do
    "$bench" rank "$run" "$data" "$list" "$precision" "$all" "$work/$precision.json"
done
peer() { "$python" "$here/rank_plain.py" "$work" "$count" "$1" "$work/peer-$1.json"; }
for row in contiguous channels-last bfloat16; do
    MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=2147483647 MALLOC_TOP_PAD_=67108864 peer $row
done
echo "without the allocator's settings:"
peer channels-last
"$python" - "$work" <<'PYTHON'
import json, sys
def read(name): return {k: v["acc"] for k, v in json.load(open(f"{sys.argv[1]}/{name}.json")).items()}
plain = read("plain")
for name in ("float32", "bfloat16", "peer-contiguous", "peer-channels-last", "peer-bfloat16"):
    other = read(name)
    differences = [abs(plain[k] - other[k]) for k in plain if k in other]
    print(f"accuracies of {name}: {sum(d == 0 or d < 1e-6 for d in differences)} of {len(differences)} equal those of the plain loop, largest difference {100 * max(differences):.2f} points")
PYTHON
