"""Feed broken and crafted batch files to the reader: python stress/batches.py COUNT [SEED]

The only outcomes allowed are images, or a ValueError of one line. The last line counts everything else: crashes (any other
error, or more than ten seconds), calls (files opened for writing, processes, code, imports while reading), files written.
"""
import codecs
import os
import pickle
import random
import resource
import signal
import struct
import sys
import tempfile
from collections import Counter
from pathlib import Path
from pickletools import genops

import numpy as np

from cifar11.files import read_batch, read_classes

MEMORY = 2**30  # bytes that reading may add


class TooLong(BaseException): "Passes through every `except Exception`."


class Attack:
    "On being unpickled, calls `function` with `arguments`."
    def __init__(self, function, *arguments): self.function, self.arguments = function, arguments
    def __reduce__(self): return self.function, self.arguments


def seeds(canary):
    "Batches that are right, and pickles that would write `canary`, in several protocols."
    rows = np.random.RandomState(0).randint(0, 256, (1, 3072), dtype=np.uint8)
    batch = {b'data': rows, b'labels': [1], b'filenames': [b'cat.png']}
    attacks = [Attack(os.mkdir, canary), Attack(os.system, f'touch {canary}'), Attack(eval, f'open({canary!r}, "w")'), Attack(open, canary, 'w'),
               Attack(np.savetxt, canary, [1]), Attack(exec, f'import os; os.mkdir({canary!r})'), Attack(np.ndarray, (2**40,)), Attack(np.dtype, 'O')]
    values = [*[batch]*6, *[{**batch, b'labels': np.array([1])}]*3, *[{b'label_names': [b'cat', 'dog']}]*3, *({**batch, b'data': attack} for attack in attacks)]
    return [pickle.dumps(value, protocol) for value in values for protocol in (2, 3, 4, 5)]


def number(draw): return draw.choice([0, 1, 255, 2**16, 2**31 - 1, 2**32 - 1, draw.randrange(2**32)])

def instruction(draw):
    "One instruction of a pickle, with an argument that is likely to hurt."
    size, wide = struct.pack('<I', number(draw)), struct.pack('<Q', number(draw) << draw.choice([0, 8, 31]))
    return draw.choice([b'r' + size, b'j' + size, b'T' + size, b'X' + size, b'B' + size, b'J' + size, b'\x8b' + size, b'\x8e' + wide, b'\x8d' + wide,
                        b'\x96' + wide, b'\x95' + wide, b'cos\nsystem\n', b'cbuiltins\neval\n', b'cnumpy\nndarray\n', b'cnumpy\ndtype\n', b'Q', b'P1\n', b'o',
                        b'ios\nsystem\n', b'\x81', b'\x82\x01', b'\x92', b'\x93', b'I' + b'9'*5000 + b'\n', b'p999999999\n', b'2'*40, b'\x85'*200, b'2\x86'*60,
                        b'(', b'.', b'0', b'1', b')', b']', b'}', b'a', b'e', b's', b'u', b't', b'R', b'b', b'l', b'd', b'\x8f', b'\x90', b'\x91', b'\x94'])


def mutant(pool, draw):
    "A file of the pool, changed a little."
    raw = bytearray(draw.choice(pool))
    for _ in range(draw.choice([1, 1, 1, 2, 4])):
        # most of a batch is pixels, which may be anything: stay near its ends, where the structure is
        place = min(draw.choice([draw.randrange(400), len(raw) - 1 - draw.randrange(200), draw.randrange(len(raw) + 1)]), len(raw) - 1) if raw else 0
        place = max(place, 0)
        match draw.randrange(8):
            case 0: raw[place:place + 1] = bytes([draw.randrange(256)])
            case 1: del raw[place:]
            case 2: del raw[place:place + draw.randrange(1, 50)]
            case 3: raw[place:place] = raw[place:place + draw.randrange(1, 50)]*draw.choice([1, 2, 1000])
            case 4: raw[place:] = (other := draw.choice(pool))[draw.randrange(len(other)):]
            case 5: raw[place:place] = instruction(draw)
            case _:
                try: starts = [position for _, _, position in genops(bytes(raw))]
                except Exception: continue
                one, two = sorted(draw.choices(range(len(starts) - 1), k=2)) if len(starts) > 2 else (0, 0)
                first, second = (bytes(raw[starts[i]:starts[i + 1]]) for i in (one, two)) if len(starts) > 2 else (b'', b'')
                if one != two: raw[starts[two]:starts[two + 1]], raw[starts[one]:starts[one + 1]] = draw.choice([(first, second), (b'', second), (instruction(draw), first)])
    return bytes(raw)


def main(count, seed=0):
    sandbox = Path(tempfile.mkdtemp())
    os.chdir(sandbox)
    path, draw, calls, outcomes = sandbox/'data_batch_1', random.Random(seed), [], Counter()
    reading = False

    def hear(event, arguments):
        writes = event == 'open' and (isinstance(arguments[1], str) and set(arguments[1]) & set('wax+') or arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        if reading and (writes or event.split('.')[0] in ('os', 'subprocess', 'socket', 'shutil', 'exec', 'compile', 'import', 'ctypes', 'pickle')): calls.append((event, arguments))

    def too_long(*_): raise TooLong('more than ten seconds')

    pool = seeds(str(sandbox/'canary'))
    for codec in ('ascii', 'latin-1', 'utf-8', 'unicode-escape', 'raw-unicode-escape'): codecs.lookup(codec)  # pickletools loads them when first needed
    for raw in pool:  # and whatever else is imported late
        path.write_bytes(raw)
        for read in (read_batch, read_classes):
            try: read(path)
            except ValueError: pass
    used = int(Path('/proc/self/statm').read_text().split()[0])*resource.getpagesize() if Path('/proc/self/statm').exists() else 2**33
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.addaudithook(hear)
    signal.signal(signal.SIGALRM, too_long)

    for _ in range(count):
        raw = mutant(pool, draw)
        path.write_bytes(raw)
        read = draw.choice([read_batch, read_batch, read_classes])
        signal.alarm(10)
        reading = True
        try: read(path); outcomes['read'] += 1
        except ValueError as error: outcomes['refused' if str(error).count('\n') == 0 and str(path) in str(error) else 'crashes'] += 1
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt): raise
            outcomes['crashes'] += 1
            print(f'{type(error).__name__}: {error}', raw[:200], file=sys.stderr)
        finally:
            reading = False
            signal.alarm(0)
    files = [other for other in sandbox.rglob('*') if other != path]
    for call in calls[:20]: print('call', call, file=sys.stderr)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)/1024
    path.unlink()
    print(f'{count:,} files, {outcomes["read"]:,} read, {outcomes["refused"]:,} refused, {grown:.0f} MB more memory at the peak')
    print(f'{outcomes["crashes"]} crashes, {len(calls)} calls, {len(files)} files')
    return bool(outcomes['crashes'] or calls or files)


if __name__ == '__main__': sys.exit(main(*map(int, sys.argv[1:])))
