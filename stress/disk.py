"""Fill the disk during a run, make space, resume, and compare with a run left alone: python stress/disk.py [COUNT] [EPOCHS] [SEED]

Each run writes to a tmpfs of its own, of a size drawn at random between nothing and enough; mounting one needs root. A run that finds the disk full has to stop with one line and
status 2; with space, it has to end with the same bits as the run left alone. A folder that may only be read has to give one line too. The last line counts.
"""
import random
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from kill import COMMAND, differences


def run(out, epochs): return subprocess.run([*COMMAND, '--epochs', str(epochs), '--out', str(out)], capture_output=True, text=True)

def mount(folder, *options): subprocess.run(['mount', *options, str(folder)], check=True)


@contextmanager
def small_disk(folder, kilobytes):
    "A file system of a fixed size at `folder`."
    folder.mkdir()
    mount(folder, '-t', 'tmpfs', '-o', f'size={kilobytes}k', 'tmpfs')
    try: yield
    finally: subprocess.run(['umount', '-l', str(folder)], check=True)


def main(count=8, epochs=3, seed=0):
    draw, full, wrong = random.Random(seed), 0, 0
    with TemporaryDirectory() as folder:
        folder = Path(folder)
        whole = folder/'whole'
        if run(whole, epochs).returncode: sys.exit('the run left alone failed')
        needed = sum(path.stat().st_size for path in whole.rglob('*') if path.is_file())//1024
        print(f'left alone: {needed:,} kB')
        for trial in range(1, count + 1):
            disk, kilobytes = folder/f'disk{trial}', draw.randint(1, needed)
            with small_disk(disk, kilobytes):
                first = run(disk/'run', epochs)
                said = first.stderr.strip().splitlines()
                if first.returncode:
                    full += 1
                    wrong += first.returncode != 2 or len(said) != 1
                    mount(disk, '-o', f'remount,size={2*needed}k')
                    second = run(disk/'run', epochs)
                    wrong += second.returncode != 0
                found = differences(disk/'run', whole) if not first.returncode or not second.returncode else ['it could not go on']
                wrong += len(found)
                print(f'{trial:3}  {kilobytes:6,} kB  status {first.returncode}  {" | ".join(said) or "it was enough"}  → {", ".join(found) or "no difference"}', flush=True)
        disk = folder/'read-only'
        with small_disk(disk, 100):
            mount(disk, '-o', 'remount,ro')
            first = run(disk/'run', epochs)
            wrong += first.returncode != 2 or first.stderr.count('\n') != 1
            print(f'read-only  status {first.returncode}  {first.stderr.strip()}')
    print(f'{full} full disks, {wrong} faults')
    return bool(wrong)


if __name__ == '__main__': sys.exit(main(*map(int, sys.argv[1:])))
