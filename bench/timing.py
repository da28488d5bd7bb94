"What the benchmarks share: interleaved repeats, medians, a table, a file."
import json, shlex, sys, time
from pathlib import Path
from statistics import median

import torch

from cifar11.core import device_name, save_text
from cifar11.data import Data, Split


def noise(
    images:int, # How many
) -> Data: # All of them to train on
    "Random images of ten classes."
    split = Split(torch.randint(256, (images, 3, 32, 32), dtype=torch.uint8), torch.randint(10, (images,)))
    return Data('noise', [*'0123456789'], split, split[:0])


def timed(
    work, # A function that goes over the images once
    images:int, # How many they are
    device, # Where it computes
): # For `measure`
    "A function that works once and returns images a second."
    def run():
        if device.type == 'cuda': torch.cuda.synchronize()
        start = time.perf_counter()
        work()
        if device.type == 'cuda': torch.cuda.synchronize()
        return images/(time.perf_counter() - start)
    return run


def save(
    rows:list, # Of dicts
    path:str, # A JSON file, or '' for none
):
    "Write the figures, and how they were made."
    if not path: return
    command = shlex.join(['python', f'bench/{Path(sys.argv[0]).name}', *sys.argv[1:]])
    rows = [dict(row, command=command, date=time.strftime('%Y-%m-%d')) for row in rows]
    save_text(path, json.dumps(rows, indent=1, ensure_ascii=False) + '\n')


def measure(
    variants:dict, # Name → a function that works once and returns images a second
    repeats:int, # Rounds; each runs every variant once, so that a slow minute hits all alike
) -> dict: # Name → images a second of every round
    "Run all variants in turns, after one round that is not counted."
    for run in variants.values(): run()
    rounds = [{name: run() for name, run in variants.items()} for _ in range(repeats)]
    return {name: [speeds[name] for speeds in rounds] for name in variants}


def report(
    speeds:dict, # As from `measure`
    reference:str, # The name that all are compared with
    device, # Where it ran
    path:str='', # A JSON file to write, or none
    **extra, # Goes into every row of the file
):
    "Print the medians and the median, over the rounds, of the ratio to the reference."
    rows = []
    for name, values in speeds.items():
        ratio = median(value/base for value, base in zip(values, speeds[reference]))
        rows.append(dict(name=name, images_per_second=round(median(values), 1), ratio=round(ratio, 3),
                         reference=reference, repeats=len(values), slowest=round(min(values), 1),
                         fastest=round(max(values), 1), device=device_name(device), **extra))
        print(f'{name:32} {median(values):>12,.1f} images/s   {ratio:8.2f} × {reference}')
    save(rows, path)
