"""Kill runs at random moments, resume them, and compare with a run left alone:
python stress/kill.py COUNT [EPOCHS] [SEED]

Each run is the command, in a process of its own, on the digits with a thin network. It is killed (SIGKILL) again and
again until it comes through; then a new one begins, until COUNT kills are done. Weights and predictions have to be the
same bits, the list of errors the same bytes, and the log the same digits but for the two columns that tell the time.
The last line counts.
"""
import csv
import random
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

COMMAND = [sys.executable, '-m', 'cifar11.main', '--data', 'digits', '--width', '16', '--resume']
NOT_COMPARED = {'seconds', 'images_per_second'}


def start(out, epochs):
    with (out.parent/f'{out.name}.txt').open('a') as said:
        return subprocess.Popen([*COMMAND, '--epochs', str(epochs), '--out', str(out)], stdout=said, stderr=said)


def begun(out): return (out/'config.json').stat().st_mtime_ns if (out/'config.json').exists() else 0

def wait_until_it_trains(process, out, before):
    while process.poll() is None and begun(out) == before: time.sleep(0.01)


def read_log(out):
    if not (out/'log.csv').exists(): return []
    with (out/'log.csv').open(newline='') as file:
        return [{key: row[key] for key in row if key not in NOT_COMPARED} for row in csv.DictReader(file)]


def read_tensors(path):
    "The tensors in a file of weights or of predictions, by name."
    content = torch.load(path, map_location='cpu', weights_only=True)
    pairs = {f'{name} {i}': part for name, parts in content.items() if isinstance(parts, tuple)
             for i, part in enumerate(parts)}
    return {**{name: part for name, part in content.items() if torch.is_tensor(part)}, **pairs}


def differing_tensors(ours, theirs):
    "Names of tensors that are in one file only, or have other bits."
    return [name for name in ours.keys() | theirs.keys()
            if name not in ours or name not in theirs or not torch.equal(ours[name], theirs[name])]


def files(out):
    paths = [path.relative_to(out) for path in out.rglob('*') if path.is_file()]
    return {path.as_posix() for path in paths if 'tensorboard' not in path.parts and not path.name.startswith('.')}


def differences(out, whole):
    "What is not the same in two finished runs."
    found = sorted(files(out) ^ files(whole))
    for name in {'weights.pt', 'predictions.pt'} - set(found):
        found += [f'{name}: {part}' for part in differing_tensors(*(read_tensors(run/name) for run in (out, whole)))]
    if read_log(out) != read_log(whole): found.append('log.csv')
    name = 'misclassified.csv'
    if name not in found and (out/name).read_bytes() != (whole/name).read_bytes(): found.append(name)
    return found


def main(count, epochs=4, seed=0):
    draw, kills, wrong, run = random.Random(seed), 0, 0, 0
    with TemporaryDirectory() as folder:
        whole = Path(folder)/'whole'
        before = time.monotonic()
        process = start(whole, epochs)
        wait_until_it_trains(process, whole, 0)
        starting, before = time.monotonic() - before, time.monotonic()
        if process.wait(): sys.exit(f'the run left alone failed: {(whole.parent/"whole.txt").read_text()}')
        training = time.monotonic() - before
        print(f'left alone: {starting:.1f} s to start, {training:.1f} s to train {epochs} epochs')
        while kills < count:
            run, out, status = run + 1, Path(folder)/f'run{run + 1}', None
            while status != 0:
                was, process = begun(out), start(out, epochs)
                if kills < count:
                    early = draw.random() < 0.1  # while it starts; otherwise while it trains, or writes what it has
                    if not early: wait_until_it_trains(process, out, was)
                    pause = draw.uniform(0, starting if early else 1.1*training)
                    try: process.wait(pause)
                    except subprocess.TimeoutExpired: process.kill(); kills += 1
                status = process.wait()
                if status == -9:
                    when = f'{"starting" if early else "training"} for {pause:5.1f} s'
                    print(f'kill {kills:3}  run {run:2}  {when}  {len(read_log(out))} epochs in the log', flush=True)
                elif status:
                    said = (out.parent/f'{out.name}.txt').read_text()[-500:]
                    sys.exit(f'run {run} could not go on, status {status}: {said}')
            found = differences(out, whole)
            wrong += len(found)
            print(f'run {run} finished: {", ".join(found) or "no difference"}', flush=True)
    print(f'{kills} kills, {wrong} differences')
    return bool(wrong)


if __name__ == '__main__': sys.exit(main(*map(int, sys.argv[1:])))
