"What the benchmarks share: interleaved repeats, medians, a table, a file."
import json, shlex, sys, time
from pathlib import Path
from statistics import median

import torch

from cifar11.core import device_name, save_text
from cifar11.data import Data, Split


def noise(images):
    "As many random images of ten classes, all of them to train on."
    split = Split(torch.randint(256, (images, 3, 32, 32), dtype=torch.uint8), torch.randint(10, (images,)))
    return Data('noise', [*'0123456789'], split, split[:0])


def timed(work, images, device):
    "A function that does `work` on so many images once and returns images a second."
    def run():
        if device.type == 'cuda': torch.cuda.synchronize()
        start = time.perf_counter()
        work()
        if device.type == 'cuda': torch.cuda.synchronize()
        return images/(time.perf_counter() - start)
    return run


def save(rows, path):
    "Write the figures, a list of dicts, and how they were made to a JSON file, if there is a `path`."
    if not path: return
    command = shlex.join(['python', f'bench/{Path(sys.argv[0]).name}', *sys.argv[1:]])
    rows = [dict(row, command=command, date=time.strftime('%Y-%m-%d')) for row in rows]
    save_text(path, json.dumps(rows, indent=1, ensure_ascii=False) + '\n')


def measure(variants, repeats):
    """Images a second of every round, by the name of a variant, after one round that is not counted.

    Each round runs every variant (as from `timed`) once, so that a slow minute hits all alike."""
    for run in variants.values(): run()
    rounds = [{name: run() for name, run in variants.items()} for _ in range(repeats)]
    return {name: [speeds[name] for speeds in rounds] for name in variants}


def report(speeds, reference, device, path='', **extra):
    """Print the medians of `speeds`, as from `measure`, and the median over the rounds of the ratio to the reference.

    A JSON file gets the same, and `extra` in every row."""
    rows = []
    for name, values in speeds.items():
        ratio = median(value/base for value, base in zip(values, speeds[reference]))
        rows.append(dict(name=name, images_per_second=round(median(values), 1), ratio=round(ratio, 3),
                         reference=reference, repeats=len(values), slowest=round(min(values), 1),
                         fastest=round(max(values), 1), device=device_name(device), **extra))
        print(f'{name:32} {median(values):>12,.1f} images/s   {ratio:8.2f} × {reference}')
    save(rows, path)
