"""Kill runs at random moments, resume them, and compare with a run left alone: python stress/kill.py COUNT [EPOCHS] [SEED]

Each run is the command, in a process of its own, on the digits with a thin network. It is killed (SIGKILL) again and again until
it comes through; then a new one begins, until COUNT kills are done. Weights have to be the same bits, and the log the same
digits but for the two columns that tell the time. The last line counts.
"""
import csv
import random
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

COMMAND = [sys.executable, '-c', 'import sys; from cifar11.main import train_command; sys.exit(train_command())', '--data', 'digits', '--width', '16', '--resume']
NOT_COMPARED = {'seconds', 'images_per_second'}


def start(out, epochs):
    with (out.parent/f'{out.name}.txt').open('a') as said:
        return subprocess.Popen([*COMMAND, '--epochs', str(epochs), '--out', str(out)], stdout=said, stderr=said)


def begun(out): return (out/'config.json').stat().st_mtime_ns if (out/'config.json').exists() else 0

def wait_until_it_trains(process, out, before):
    while process.poll() is None and begun(out) == before: time.sleep(0.01)


def read_log(out):
    if not (out/'log.csv').exists(): return []
    with (out/'log.csv').open(newline='') as file: return [{key: row[key] for key in row if key not in NOT_COMPARED} for row in csv.DictReader(file)]


def files(out): return sorted(path.relative_to(out).as_posix() for path in out.rglob('*') if path.is_file() and 'tensorboard' not in path.parts)


def differences(out, whole):
    "What is not the same in two finished runs."
    ours, theirs = (torch.load(path/'weights.pt', map_location='cpu', weights_only=True) for path in (out, whole))
    found = [name for name in ours.keys() | theirs.keys() if name not in ours or name not in theirs or not torch.equal(ours[name], theirs[name])]
    if read_log(out) != read_log(whole): found.append('log.csv')
    return found + [name for name in {*files(out)} ^ {*files(whole)} if not Path(name).name.startswith('.')]


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
                if status == -9: print(f'kill {kills:3}  run {run:2}  {"starting" if early else "training"} for {pause:5.1f} s  {len(read_log(out))} epochs in the log', flush=True)
                elif status: sys.exit(f'run {run} could not go on, status {status}: {(out.parent/f"{out.name}.txt").read_text()[-500:]}')
            found = differences(out, whole)
            wrong += len(found)
            print(f'run {run} finished: {"no difference" if not found else ", ".join(found)}', flush=True)
    print(f'{kills} kills, {wrong} differences')
    return bool(wrong)


if __name__ == '__main__': sys.exit(main(*map(int, sys.argv[1:])))
