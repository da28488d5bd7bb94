"""Fill the disk during a run, make space, resume, and compare with a run left alone:
python stress/disk.py [COUNT] [EPOCHS] [SEED]

Each run writes to a tmpfs of its own, of a size drawn at random between nothing and enough; mounting one needs root.
A run that finds the disk full has to stop with one line and status 2; with space, it has to end with the same bits as
the run left alone. A folder that may only be read has to give one line too. The last line counts.
"""
import random
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from kill import COMMAND, differences


def run(out, epochs):
    return subprocess.run([*COMMAND, '--epochs', str(epochs), '--out', str(out)], capture_output=True, text=True)


def mount(folder, *options): subprocess.run(['mount', *options, str(folder)], check=True)


@contextmanager
def small_disk(folder, kilobytes):
    "A file system of a fixed size at `folder`."
    folder.mkdir()
    mount(folder, '-t', 'tmpfs', '-o', f'size={kilobytes}k', 'tmpfs')
    try: yield
    finally: subprocess.run(['umount', '-l', str(folder)], check=True)


def fill(disk, whole, kilobytes, needed, epochs):
    "Run on a disk of that size, then on one that is large enough: what was said, and what is wrong."
    with small_disk(disk, kilobytes):
        first = run(disk/'run', epochs)
        said = first.stderr.strip().splitlines()
        if not first.returncode: return said, differences(disk/'run', whole)
        wrong = [] if first.returncode == 2 and len(said) == 1 else [f'status {first.returncode}, {len(said)} lines']
        mount(disk, '-o', f'remount,size={2*needed}k')
        second = run(disk/'run', epochs)
        return said, wrong + (['it could not go on'] if second.returncode else differences(disk/'run', whole))


def fill_read_only(disk, epochs):
    "Run on a disk that may only be read: what was said, and what is wrong."
    with small_disk(disk, 100):
        mount(disk, '-o', 'remount,ro')
        first = run(disk/'run', epochs)
        said = first.stderr.strip().splitlines()
        return said, [] if first.returncode == 2 and len(said) == 1 else [f'status {first.returncode}']


def main(count=8, epochs=3, seed=0):
    draw, full, wrong = random.Random(seed), 0, 0
    with TemporaryDirectory() as folder:
        folder = Path(folder)
        whole = folder/'whole'
        if run(whole, epochs).returncode: sys.exit('the run left alone failed')
        needed = sum(path.stat().st_size for path in whole.rglob('*') if path.is_file())//1024
        print(f'left alone: {needed:,} kB')
        for trial in range(1, count + 1):
            kilobytes = draw.randint(1, needed)
            said, faults = fill(folder/f'disk{trial}', whole, kilobytes, needed, epochs)
            full, wrong = full + bool(said), wrong + len(faults)
            print(f'{trial:3}  {kilobytes:6,} kB  {" | ".join(said) or "it was enough"}  → '
                  f'{", ".join(faults) or "no difference"}', flush=True)
        said, faults = fill_read_only(folder/'read-only', epochs)
        wrong += len(faults)
        print(f'read-only  {" | ".join(said)}  → {", ".join(faults) or "as it should be"}')
    print(f'{full} full disks, {wrong} faults')
    return bool(wrong)


if __name__ == '__main__': sys.exit(main(*map(int, sys.argv[1:])))
