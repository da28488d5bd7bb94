#!/usr/bin/env bash
# All benchmarks on a CUDA GPU, in one go and under 25 minutes on a fast one.
# What is finished is not repeated: call it again after it was cut off.
#
#     bash bench/gpu.sh [DATA] [OUT]
#
# DATA as for cifar11_train (default cifar10), OUT a folder for the figures (default results/gpu).
# DEVICE=cpu with SEEDS, EPOCHS, SUBSET, WIDTH, BATCH, STEPS and REPEATS made small, and CHOICES='record lr=0.1',
# tries it where there is no GPU.
set -eu
bench=$(cd "$(dirname "$0")" && pwd)
data=${1:-cifar10} out=${2:-results/gpu}
device=${DEVICE:-cuda} seeds=${SEEDS:-5} epochs=${EPOCHS:-20} images_per_class=${SUBSET:-0} width=${WIDTH:-64}
batch=${BATCH:-512} steps=${STEPS:-98} repeats=${REPEATS:-5}
mkdir -p "$out"

once() { # FILE COMMAND…: unless FILE is there, the command, which writes it
  local file=$1
  shift
  if [ -s "$file" ]; then echo "$file is there"; else echo "== $*"; "$@" --json "$file"; fi
}

accuracy() { # NAME SEEDS VARIANTS
  once "$out/$1.json" python "$bench/accuracy.py" --data "$data" --images-per-class "$subset" --width "$width" \
    --epochs "$epochs" --device "$device" --seeds "$2" --variants "$3" --out "$out/runs"
}

step() { # NAME OPTION…
  local name=$1
  shift
  once "$out/$name.json" python "$bench/step.py" --device "$device" --batch_size "$batch" --steps "$steps" \
    --repeats "$repeats" --width "$width" "$@"
}

once "$out/pipeline.json" python "$bench/pipeline.py" --device "$device" --batch_size "$batch" --repeats "$repeats" \
  --images $((batch * steps))
step step
[ "$device" = cpu ] || step step-compiled --compile
accuracy accuracy "$seeds" 'assignment; record; kuangliu; airbench; assignment optimizer=sgd batch_size=128'
accuracy choices 2 "${CHOICES:-record batch_size=256; record batch_size=1024; record lr=0.1; record ema=0.99; \
record transforms=reflect,flip,cutout12}"
