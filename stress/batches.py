"""Feed broken and crafted batch files to the reader: python stress/batches.py COUNT [SEED]

First the crafted files below, each of which has to be refused, then COUNT that chance makes from them and from right ones. The only
outcomes allowed are images, or an InputError of one line. The last line counts everything else: crashes (any other error, or more
than ten seconds of work), calls (files opened for writing, processes, code, imports while reading), files written.
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

from cifar11.core import InputError
from cifar11.files import read_batch, read_classes

MEMORY = 2**29  # bytes that reading may add

PAIRS = b'q\x01h\x01\x86'*60  # each of the one before, twice
DTYPE = b'K\0K\1\x87R(K\3U\1|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb'  # behind the name and the letters of a type
ROWS = (b'cnumpy.core.numeric\n_frombuffer\n(T' + struct.pack('<I', 3072*1000) + bytes(3072*1000)
        + b'cnumpy\ndtype\nU\2u1' + DTYPE + b'M\xe8\3M\0\x0c\x86U\1CtR')
LONG = (b'\x80\2}(U\4data' + ROWS + b'U\4longX' + struct.pack('<I', 10**7) + b'a'*10**7
        + b'q\1U\5codec(X\6\0\0\0latin1q\2c_codecs\nencode\nq\3t')  # a thousand images, and ten million letters to be used again
CRAFTED = {
    'calls by another way': b'\x80\2(cos\nmkdir\nU\x08attackedo.',
    'fetches by persistent id': b'\x80\2U\1aQ.',
    'has an extension': b'\x80\2\x82\1.',
    'makes an object': b'\x80\2cnumpy\nndarray\n)\x81.',
    'state for a name': b'\x80\2cnumpy\ndtype\nNb.',
    'many arguments': b'\x80\2cnumpy\ndtype\n(' + b'N'*5 + b'tR.',
    'a large tuple of arguments, again and again': b'\x80\2cnumpy\ndtype\nq\1(' + b'N'*200_000 + b'tq\2]('
        + b'h\1h\2R'*200_000 + b'e.',
    'claims 32 GB of notes': b'\x80\2Nr\xff\xff\xff\x7f.',
    'claims 1 TB of bytes': b'\x80\4\x8e' + struct.pack('<Q', 2**40) + b'.',
    'claims a bytearray of 1 TB': b'\x80\5\x96' + struct.pack('<Q', 2**40) + b'.',
    'claims a frame of 1 TB': b'\x80\4\x95' + struct.pack('<Q', 2**40) + b'.',
    'a frame that ends within an instruction': b'\x80\4\x95' + struct.pack('<Q', 4) + b'X\x0a\0\0\0' + b'}'*10
        + b'r\xff\xff\xff\x7f.',
    'a key of 2⁶⁰ tuples': b'\x80\2})' + PAIRS + b'Ns.',
    'hidden by BUILD': b'\x80\2})' + PAIRS + b'NbNs.',
    'hidden by the memo': b'\x80\2})' + PAIRS + b'q\x020}h\2Ns.',
    'hidden in a list of items': b'\x80\2}(U\1aN)' + PAIRS + b'Nu.',
    'hidden by MEMOIZE': b'\x80\4})' + PAIRS + b'\x94Ns.',
    'nested 200,000 deep': b'\x80\2}N' + b'\x85'*200_000 + b'Ns.',
    'noted 100,000 deep': b'\x80\2cnumpy\ndtype\nq\1' + b'h\1'*100_000 + b'N' + b'\x85R'*100_000 + b'.',
    'a list that holds itself': b'\x80\2]q\1h\1a.',
    'many keys of one hash': b'\x80\2}(' + b''.join(b'\x8a\x0a' + (n*(2**61 - 1)).to_bytes(10, 'little')
        + b'N' for n in range(10**5)) + b'u.',
    'nothing on the stack': b'\x80\2s.',
    'marks alone': b'\x80\2(((tee.',
    'a number of digits': b'I' + b'9'*100_000 + b'\n.',
    'two million lists': b'\x80\2' + b']'*2_000_000 + b'.',
    'long text as bytes, again and again': LONG + b'U\6labels](' + b'h\3h\1h\2\x86R'*1000 + b'eu.',
    'as names': LONG + b'U\x0blabel_names](' + b'h\3h\1h\2\x86R'*1000 + b'eu.',
    'items shared': b'\x80\2]q\0(]q\1(' + b'U\1aN'*100_000 + b'e' + b'h\1'*200_000 + b'e.',
    'text as items': b'\x80\2](X' + struct.pack('<I', 10**6) + b'a'*10**6 + b'q\1' + b'h\1'*200_000 + b'e.',
    'types of types': b'\x80\2}(U\4junk](cnumpy\ndtype\nq\2U\2S1' + DTYPE
        + b'q\1cnumpy.core.multiarray\nscalar\nq\3'
        + b''.join(b'h\2h\3h\1U\1S\x86RK\0K\1\x87R(K\3h\3h\1U\1|\x86RNNNNNNtbq\1' for _ in range(60))
        + b'eU\4datacnumpy.core.numeric\n_frombuffer\n(U\1ah\1)U\1CtRu.',
    'types of types that fit': b'\x80\2}(U\4junk](cnumpy\ndtype\nq\2U\2S2' + DTYPE
        + b'q\1cnumpy.core.multiarray\nscalar\nq\3'
        + b''.join(b'h\2h\3h\1U\2S2\x86RK\0K\1\x87R(K\3h\3h\1U\2|\0\x86RNNNNNNtbq\1' for _ in range(60))
        + b'eU\4datacnumpy.core.numeric\n_frombuffer\n(U\1ah\1)U\1CtRu.',
    'a name that is a deep tuple': b'\x80\4)' + PAIRS + b'h\1\x93N.',
    'a deep tuple to encode': b'\x80\2)' + PAIRS + b'c_codecs\nencode\nh\1\x85R.',
}


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
    values = [*[batch]*6, *[{**batch, b'labels': np.array([1])}]*3, *[{b'label_names': [b'cat', 'dog']}]*3,
              *({**batch, b'data': attack} for attack in attacks)]
    return [pickle.dumps(value, protocol) for value in values for protocol in (2, 3, 4, 5)]


def own(count=3):
    "Batches as people make them, larger than the others, with numpy's numbers among Python's."
    rows = np.random.RandomState(1).randint(0, 256, (count, 3072), dtype=np.uint8)
    labels = [*map(np.int64, range(count))], np.arange(count, dtype='>i2'), [*range(count)]
    values = [*({'data': rows, 'labels': l} for l in labels), {'data': np.asfortranarray(rows), 'labels': [0]*count},
              {'label_names': ['cat', 'dog'], 'num_vis': np.int64(3072)}]
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

    def too_long(*_): raise TooLong('more than ten seconds of work')

    right, wrong = [*own()], seeds(str(sandbox/'canary'))
    pool = [*wrong, *right]
    for codec in ('ascii', 'latin-1', 'utf-8', 'unicode-escape', 'raw-unicode-escape'): codecs.lookup(codec)  # pickletools loads them when first needed
    for raw in pool:  # and whatever else is imported late
        path.write_bytes(raw)
        for read in (read_batch, read_classes):
            try: read(path)
            except InputError: pass
    used = int(Path('/proc/self/statm').read_text().split()[0])*resource.getpagesize() if Path('/proc/self/statm').exists() else 2**33
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.addaudithook(hear)
    signal.signal(signal.SIGPROF, too_long)

    def attempt(read, raw):
        "Read a file with these bytes, and note what becomes of it."
        nonlocal reading
        path.write_bytes(raw)
        signal.setitimer(signal.ITIMER_PROF, 10)
        reading = True
        try: read(path); outcome = 'read'
        except InputError as error: outcome = 'refused' if str(error).count('\n') == 0 and str(path) in str(error) else 'crashes'
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt): raise
            outcome = 'crashes'
            print(f'{type(error).__name__}: {error}', raw[:200], file=sys.stderr)
        finally:
            reading = False
            signal.setitimer(signal.ITIMER_PROF, 0)
        outcomes[outcome] += 1
        return outcome

    for raw in right[:16]:
        if attempt(read_batch, raw) != 'read': outcomes['crashes'] += 1; print('refused a right one', raw[:200], file=sys.stderr)
    for what, raw in CRAFTED.items():
        for read in (read_batch, read_classes):
            if attempt(read, raw) == 'read': outcomes['crashes'] += 1; print(f'read: {what}', file=sys.stderr)
    pool += [raw for raw in CRAFTED.values() if len(raw) < 10_000]
    for _ in range(count): attempt(draw.choice([read_batch, read_batch, read_classes]), mutant(pool, draw))
    files = [other for other in sandbox.rglob('*') if other != path]
    for call in calls[:20]: print('call', call, file=sys.stderr)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)/1024
    path.unlink()
    print(f'{sum(outcomes.values()):,} files, {outcomes["read"]:,} read, {outcomes["refused"]:,} refused, {grown:.0f} MB more memory at the peak')
    print(f'{outcomes["crashes"]} crashes, {len(calls)} calls, {len(files)} files')
    return bool(outcomes['crashes'] or calls or files)


if __name__ == '__main__': sys.exit(main(*map(int, sys.argv[1:])))
