#!/usr/bin/env bash
# All benchmarks on a CUDA GPU. What is finished is not repeated, so call it again after an interruption.
#
#     bash bench/gpu.sh [DATA] [OUT] [PART]
#
# DATA as for cifar11_train (default cifar10), OUT a folder for the figures (default runs/gpu), PART 1 (speed, and the
# first seeds), 2 (more seeds, the peers' recipes, held-out choices) or all. Each part is meant to take ten minutes on a
# fast GPU.
# DEVICE=cpu with SEEDS, EPOCHS, IMAGES, WIDTH, BATCH, STEPS and REPEATS made small tries it without a GPU.
set -eu
bench=$(cd "$(dirname "$0")" && pwd)
data=${1:-cifar10} out=${2:-runs/gpu} part=${3:-all}
device=${DEVICE:-cuda} seeds=${SEEDS:-3} epochs=${EPOCHS:-20} images=${IMAGES:-0} width=${WIDTH:-64}
steps=${STEPS:-49} repeats=${REPEATS:-3}
export PYTHONPATH=$bench/..${PYTHONPATH:+:$PYTHONPATH} # so that it runs without installation
mkdir -p "$out"

once() { # FILE COMMAND…: unless FILE is there, the command, which writes it
  if [ -s "$1" ]; then echo "$1 is there"; else echo "== ${*:2}"; "${@:2}" --json "$1"; fi
}

accuracy() { # NAME SEEDS VARIANTS OPTION…
  echo "== $1: $3" # each run resumes by itself
  python "$bench/accuracy.py" --data "$data" --images_per_class "$images" --width "$width" --epochs "$epochs" \
    --device "$device" --seeds "$2" --variants "$3" --out "$out/runs" --json "$out/$1.json" "${@:4}"
}

step() { # NAME OPTION…
  once "$out/$1.json" python "$bench/step.py" --device "$device" --steps "$steps" --repeats "$repeats" --width "$width" "${@:2}"
}

if [ "$part" != 2 ]; then
  once "$out/pipeline.json" python "$bench/pipeline.py" --device "$device" --repeats "$repeats" --images $((64 * steps))
  for batch in ${BATCH:-128 512 1024}; do step "step-$batch" --batch_size "$batch"; done
  accuracy first 1 'record; assignment; assignment optimizer=sgd batch_size=128'
  if [ "$device" != cpu ]; then
    step step-compiled --batch_size 512 --compile
    step step-float16 --batch_size 512 --precision float16
  fi
fi
if [ "$part" != 1 ]; then
  accuracy seeds "$seeds" 'assignment; record'
  accuracy peers 1 'kuangliu; airbench'
  accuracy choices 1 'record lr=0.05; record lr=0.1; record ema_decay=0.99; record transforms=reflect,flip,cutout' \
    --validation $((images ? images : 5000))
fi
