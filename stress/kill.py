"""Kill runs at random moments, resume them, and compare with a run left alone:

    python stress/kill.py COUNT [EPOCHS] [SEED]

Each run is the command `cifar11_train` on the digits, at width 16. It is killed (SIGKILL) again and again until it comes
through; then a new one begins, until there were COUNT kills. Weights and predictions have to be the same bits, the
list of errors the same bytes, and the log the same digits, except for the two columns that tell the time."""
import csv, random, subprocess, sys, time
from pathlib import Path
from tempfile import TemporaryDirectory

import torch


def start(out, epochs):
    command = [sys.executable, '-m', 'cifar11.commands', '--data', 'digits', '--width', '16', '--resume']
    with out.with_suffix('.txt').open('a') as said:
        return subprocess.Popen([*command, '--epochs', str(epochs), '--out', str(out)], stdout=said, stderr=said)


def begun(out): return (out/'config.json').stat().st_mtime_ns if (out/'config.json').exists() else 0


def wait_until_it_trains(process, out, before):
    while process.poll() is None and begun(out) == before: time.sleep(0.01)


def read_log(out):
    if not (out/'log.csv').exists(): return []
    with (out/'log.csv').open(newline='') as file: rows = list(csv.DictReader(file))
    return [{name: row[name] for name in row if name not in ('seconds', 'images_per_second')} for row in rows]


def tensors(value):
    "All tensors in nested dicts and tuples, in order."
    if torch.is_tensor(value): yield value
    elif isinstance(value, (dict, list, tuple)):
        for part in value.values() if isinstance(value, dict) else value: yield from tensors(part)


def files(out):
    paths = [path.relative_to(out) for path in out.rglob('*') if path.is_file()]
    return {path.as_posix() for path in paths if path.parts[0] != 'tensorboard' and not path.name.startswith('.')}


def differences(out, whole):
    "What is not the same in two finished runs."
    found = sorted(files(out) ^ files(whole))
    for name in ('weights.pt', 'predictions.pt'):
        ours, theirs = (list(tensors(torch.load(run/name, weights_only=True))) for run in (out, whole))
        same = len(ours) == len(theirs) and all(map(torch.equal, ours, theirs))
        if not same: found.append(name)
    if read_log(out) != read_log(whole): found.append('log.csv')
    if (out/'misclassified.csv').read_bytes() != (whole/'misclassified.csv').read_bytes(): found.append('misclassified.csv')
    return found


def main(count, epochs=4, seed=0):
    draw, kills, wrong, number = random.Random(seed), 0, 0, 0
    with TemporaryDirectory() as folder:
        whole, before = Path(folder)/'whole', time.monotonic()
        process = start(whole, epochs)
        wait_until_it_trains(process, whole, 0)
        starting, before = time.monotonic() - before, time.monotonic()
        if process.wait(): sys.exit(f'the run left alone failed: {whole.with_suffix(".txt").read_text()}')
        training = time.monotonic() - before
        print(f'left alone: {starting:.1f} s to start, {training:.1f} s to train {epochs} epochs')
        while kills < count:
            number += 1
            out, status = Path(folder)/f'run{number}', None
            while status != 0:
                was, process = begun(out), start(out, epochs)
                if kills < count:
                    pause = draw.uniform(0, 1.1*training)
                    if draw.random() < 0.1: pause = draw.uniform(0, starting)  # while it starts
                    else: wait_until_it_trains(process, out, was)
                    try: process.wait(pause)
                    except subprocess.TimeoutExpired:
                        process.kill()
                        kills += 1
                        print(f'kill {kills:3}  run {number:2}  {pause:5.1f} s  {len(read_log(out))} epochs in the log', flush=True)
                status = process.wait()
                if status not in (0, -9): sys.exit(f'run {number}: status {status}: {out.with_suffix(".txt").read_text()[-500:]}')
            found = differences(out, whole)
            wrong += len(found)
            print(f'run {number} finished: {", ".join(found) or "no difference"}', flush=True)
    print(f'{kills} kills, {wrong} differences')
    return int(wrong > 0)


if __name__ == '__main__': sys.exit(main(*map(int, sys.argv[1:])))
