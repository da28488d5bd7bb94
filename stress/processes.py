"""Train the digits with one process and with two, and compare; kill one of two; change their number; use two machines:
python stress/processes.py [SEEDS] [EPOCHS]

One thread each. Network namespaces play the machines; making them needs root. A killed run has to end with the same bits
as the run of two processes left alone, and so has a run on two machines. The last line counts.
"""
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from statistics import mean, median, stdev
from tempfile import TemporaryDirectory

from kill import COMMAND, differences, read_log

from cifar11.training import History

TORCHRUN = [sys.executable, '-m', 'torch.distributed.run']


def command(out, epochs, processes=2, options=(), torchrun=(), before=()):
    "The words that start a training; one process alone needs no torchrun."
    words = [*COMMAND[1:], '--epochs', str(epochs), *options, '--no-tensorboard', '--out', str(out)]
    if processes == 1 and not torchrun: return [sys.executable, *words]
    return [*before, *TORCHRUN, '--nproc-per-node', str(processes), *torchrun, *words]


def start(words, **variables):
    environment = {**os.environ, 'OMP_NUM_THREADS': '1', **variables}
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def finish(process):
    said, complaints = process.communicate()
    if process.returncode: sys.exit(f'{complaints}\na training failed, status {process.returncode}')
    return said


def train(*args, **kwargs): return finish(start(command(*args, **kwargs)))


def figures(out):
    "Test accuracy of the last epoch, and the median of images a second without the first."
    log = History.load(out/'log.csv')
    return log[-1]['test_accuracy'], median(log.column('images_per_second')[1:])


def compare(folder, seeds, epochs, batch_size):
    "One process and two, seed after seed."
    accuracies, ratios = {1: [], 2: []}, []
    for seed in range(seeds):
        speeds = {}
        for processes in accuracies:
            out = folder/f'{batch_size}-{processes}-{seed}'
            train(out, epochs, processes, ['--seed', str(seed), '--batch-size', str(batch_size)])
            accuracy, speeds[processes] = figures(out)
            accuracies[processes].append(accuracy)
            print(f'seed {seed}, {processes} × 1 thread: {accuracy:.2%}, {speeds[processes]:,.0f} images/s', flush=True)
        ratios.append(speeds[2]/speeds[1])
    for processes, values in accuracies.items():
        print(f'{processes} × 1 thread, {seeds} seeds: test accuracy {mean(values):.2%} ± {stdev(values):.2%}')
    print(f'batches of {batch_size}: two processes train {median(ratios):.2f} × the images a second of one', flush=True)


def kill_one(process, out):
    "SIGKILL for the second process, a moment into the second epoch."
    while not read_log(out): time.sleep(0.05)
    time.sleep(1)
    listed = subprocess.run(['pgrep', '-P', str(process.pid)], capture_output=True, text=True, check=True)
    os.kill(int(listed.stdout.split()[-1]), signal.SIGKILL)


def kill_and_resume(folder, epochs):
    "What is not the same after one process was killed: resumed by hand, and restarted by torchrun."
    out = folder/'killed'
    process = start(command(out, epochs))
    kill_one(process, out)
    lines = [line for line in process.communicate()[1].splitlines() if line.startswith('cifar11_train: ')]
    print(f'killed after {len(read_log(out))} epochs, said: {" | ".join(lines)}', flush=True)
    train(out, epochs)
    yield 'killed and resumed', differences(out, folder/'64-2-0')
    for number in range(1, 4):  # a restart must not meet what the first start left behind
        out = folder/f'restarted-{number}'
        process = start(command(out, epochs, torchrun=['--max-restarts', '1']))
        kill_one(process, out)
        finish(process)
        yield f'killed and restarted by torchrun, {number}', differences(out, folder/'64-2-0')


def change_number(folder, epochs):
    "Two processes, then one, then two: that it runs on."
    out = folder/'changing'
    copytree(folder/'64-2-0', out)
    for more, processes in ((1, 1), (2, 2)):
        train(out, epochs + more, processes)
        print(f'{processes} × 1 thread goes on to epoch {epochs + more}: {figures(out)[0]:.2%}', flush=True)


@contextmanager
def two_machines():
    "The names of two network namespaces, at 10.211.0.1 and 10.211.0.2, joined by a cable."
    names = 'cifar11-a', 'cifar11-b'
    def ip(words): subprocess.run(['ip', *words.split()], check=True)
    try:
        for name in names: ip(f'netns add {name}')
        ip(f'link add cable netns {names[0]} type veth peer name cable netns {names[1]}')
        for number, name in enumerate(names, 1):
            ip(f'-n {name} address add 10.211.0.{number}/24 dev cable')
            for device in ('cable', 'lo'): ip(f'-n {name} link set {device} up')
        yield names
    finally:
        for name in names: subprocess.run(['ip', 'netns', 'delete', name])


def use_machines(folder, epochs):
    "What is not the same on two machines."
    joined = '--nnodes 2 --rdzv-backend c10d --rdzv-endpoint 10.211.0.1:29500 --rdzv-id digits'.split()
    outs = folder/'first-machine', folder/'second-machine'
    with two_machines() as names:
        machines = []
        for number, (name, out) in enumerate(zip(names, outs), 1):
            here = ['--local-addr', f'10.211.0.{number}', '--rdzv-conf', f'is_host={number == 1:d}']
            words = command(out, epochs, 1, torchrun=joined + here, before=['ip', 'netns', 'exec', name])
            machines.append(start(words, GLOO_SOCKET_IFNAME='cable'))
        for machine in machines: finish(machine)
    written = [str(path) for path in outs[1].rglob('*')]
    return differences(outs[0], folder/'64-2-0') + written


def main(seeds=3, epochs=3):
    wrong = 0
    with TemporaryDirectory() as folder:
        folder = Path(folder)
        for batch_size in (64, 512): compare(folder, seeds, epochs, batch_size)
        for what, found in [*kill_and_resume(folder, epochs), ('two machines', use_machines(folder, epochs))]:
            wrong += len(found)
            print(f'{what}: {", ".join(found) or "no difference"}', flush=True)
        change_number(folder, epochs)
    print(f'{wrong} differences')
    return bool(wrong)


if __name__ == '__main__': sys.exit(main(*map(int, sys.argv[1:])))
