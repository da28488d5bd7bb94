"""Folders with one thing wrong: each must be refused by `load_data` in one line that names it, and run nothing.

python stress/data.py
"""

import os
import pickle
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from cifar11.core import InputError
from cifar11.data import load_data
from cifar11.files import MD5


def write_batches(folder, classes=('cat', 'dog'), count=8):
    "A folder of noise in the official layout."
    folder.mkdir(parents=True)
    for name in MD5:
        rows = np.random.RandomState(len(name)).randint(0, 256, (count, 3072), dtype=np.uint8)
        batch = {b'data': rows, b'labels': [i % len(classes) for i in range(count)]}
        (folder / name).write_bytes(
            pickle.dumps({b'label_names': [*classes]} if name == 'batches.meta' else batch, protocol=2)
        )


def write_images(folder, classes=('cat', 'dog'), count=4, splits=('train', 'test')):
    "Noise images of several sizes in the folder layout."
    for path in (folder / split / name for split in splits for name in classes):
        path.mkdir(parents=True)
        for i in range(count):
            pixels = np.random.RandomState(i).randint(0, 256, (32 + 8 * i, 40, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(path / f'{i:04}.png')


def rewrite(folder, name='data_batch_2', **changes):
    "Change a batch file: some entries, or all of it."
    path = folder / 'cifar-10-batches-py' / name
    path.write_bytes(
        pickle.dumps(
            {**pickle.loads(path.read_bytes()), **{key.encode(): value for key, value in changes.items()}}, protocol=2
        )
    )


def gif(path):
    Image.new('L', (9, 9)).save(path, 'GIF', save_all=True, append_images=[Image.new('L', (9, 9), 255)])


def png(path):
    return path.read_bytes()


class Attack:
    "On being unpickled, makes a folder."

    def __reduce__(self):
        return os.mkdir, ('attacked',)


PETS = {  # what is wrong: how it comes about in a folder of images, and what is said
    'empty': (lambda f: [(f / s).rename(f.parent / s) for s in ('train', 'test')], 'unknown data'),
    'no train': (lambda f: (f / 'train').rename(f / 'training'), 'has test and training: expected train and test'),
    'no test': (lambda f: (f / 'test').rename(f / 'validation'), 'has train and validation: expected train and test'),
    'train is a file': (
        lambda f: [(f / 'train').rename(f / 'images'), (f / 'train').touch()],
        'has test: expected train and test',
    ),
    'one folder of classes': (
        lambda f: [(f / 'train').rename(f / 'images'), (f / 'test').rename(f.parent / 'test')],
        'images/cat is no file: expected images only in a class',
    ),
    'nothing in train': (
        lambda f: [(f / 'train' / c).rename(f / c) for c in ('cat', 'dog')],
        'train: the number of classes is 0',
    ),
    'nothing in test': (
        lambda f: [(f / 'test' / c).rename(f / c) for c in ('cat', 'dog')],
        'test: the number of classes is 0',
    ),
    'one class': (
        lambda f: [(f / s / 'dog').rename(f / s / '.dog') for s in ('train', 'test')],
        'the number of classes is 1',
    ),
    'a class only in train': (lambda f: (f / 'test/dog').rename(f / 'test/.dog'), 'test: the number of classes is 1'),
    'a class more in train': (
        lambda f: (f / 'train/owl').mkdir() or (f / 'train/cat/0000.png').rename(f / 'train/owl/0000.png'),
        "different classes: ['owl']",
    ),
    'other names in test': (lambda f: (f / 'test/dog').rename(f / 'test/wolf'), "different classes: ['dog', 'wolf']"),
    'capitals': (lambda f: (f / 'test/dog').rename(f / 'test/Dog'), "different classes: ['Dog', 'dog']"),
    'a class without images': (
        lambda f: [path.unlink() for path in (f / 'train/cat').iterdir()],
        'train/cat holds no images',
    ),
    'a test class without': (
        lambda f: [path.unlink() for path in (f / 'test/cat').iterdir()],
        'test/cat holds no images',
    ),
    'hidden images only': (
        lambda f: [path.rename(path.with_name('.' + path.name)) for path in (f / 'test/cat').iterdir()],
        'test/cat holds no images',
    ),
    'a file among the classes': (lambda f: (f / 'train/labels.csv').touch(), 'labels.csv is no folder'),
    'a folder among images': (lambda f: (f / 'train/cat/more').mkdir(), 'more is no file'),
    'a text called .png': (
        lambda f: (f / 'train/cat/0001.png').write_text('milk, eggs'),
        '0001.png is not an image that can be read: expected one of JPEG',
    ),
    'a note': (lambda f: (f / 'train/cat/notes.txt').write_text('milk, eggs'), 'notes.txt is not an image'),
    'an image of no bytes': (lambda f: (f / 'test/cat/0001.png').write_bytes(b''), '0001.png is not an image'),
    'an image cut short': (
        lambda f: (f / 'train/cat/0001.png').write_bytes(png(f / 'train/cat/0001.png')[:900]),
        '0001.png is not an image that can be read: image file is truncated',
    ),
    'an image broken inside': (
        lambda f: (f / 'train/cat/0001.png').write_bytes(png(f / 'train/cat/0001.png')[:200] + bytes(3000)),
        '0001.png is not an image',
    ),
    'a huge image': (
        lambda f: Image.new('1', (9000, 9000)).save(f / 'test/dog/huge.png'),
        'huge.png is not an image that can be read: it has more than 50,000,000 pixels',
    ),
    'a moving image': (lambda f: gif(f / 'test/dog/clip.gif'), 'clip.gif is not an image that can be read: it moves'),
    'PostScript': (lambda f: Image.new('L', (9, 9)).save(f / 'test/dog/page.eps'), 'page.eps is not an image'),
    'a pickle called .png': (
        lambda f: (f / 'train/cat/a.png').write_bytes(pickle.dumps(Attack())),
        'a.png is not an image',
    ),
    'a link to nothing': (lambda f: (f / 'train/cat/gone.png').symlink_to('nowhere.png'), 'gone.png is not an image that can be read: No such file'),
    'a link to itself': (lambda f: (f / 'train/loop').symlink_to('loop'), 'loop is no folder'),
    'a pipe': (lambda f: os.mkfifo(f / 'train/cat/pipe.png'), 'pipe.png is not an image that can be read: it is no file'),
    'a device': (lambda f: (f / 'train/cat/zero.png').symlink_to('/dev/zero'), 'zero.png is not an image that can be read: it is no file'),
    **{
        what: (
            lambda f, name=name: [(f / s / 'cat').rename(f / s / os.fsdecode(name)) for s in ('train', 'test')],
            'cannot be the name of a class',
        )
        for what, name in {
            'a line break in a name': 'cat\nx',
            'a name of spaces': '  ',
            'a name that turns': 'cat\u202etac',
            'a mark in a name': '\u200fcat',
            'a code for terminals': 'cat\x1b[2J',
            'a backslash': 'cats\\cat',
            'a name of no text': b'cat\xff',
            'a name too long': 'c' * 101,
        }.items()
    },
}

BATCHES = {  # likewise for a folder of batches
    'a file is missing': (lambda f: (f / 'cifar-10-batches-py/data_batch_3').unlink(), 'has no file data_batch_3'),
    'no test batch': (lambda f: (f / 'cifar-10-batches-py/test_batch').unlink(), 'has no file test_batch'),
    'no meta': (lambda f: (f / 'cifar-10-batches-py/batches.meta').unlink(), 'has no file batches.meta'),
    'all are missing': (
        lambda f: [path.unlink() for path in (f / 'cifar-10-batches-py').iterdir()],
        'has no file data_batch_1',
    ),
    'a batch is a folder': (
        lambda f: [(f / 'cifar-10-batches-py/data_batch_5').unlink(), (f / 'cifar-10-batches-py/data_batch_5').mkdir()],
        'has no file data_batch_5',
    ),
    'a batch is a pipe': (
        lambda f: [
            (f / 'cifar-10-batches-py/data_batch_5').unlink(),
            os.mkfifo(f / 'cifar-10-batches-py/data_batch_5'),
        ],
        'has no file data_batch_5',
    ),
    'a batch is text': (
        lambda f: (f / 'cifar-10-batches-py/data_batch_4').write_text('milk, eggs'),
        'data_batch_4 is not a CIFAR-10 batch',
    ),
    'a batch has no bytes': (
        lambda f: (f / 'cifar-10-batches-py/data_batch_4').write_bytes(b''),
        'data_batch_4 is not a CIFAR-10 batch',
    ),
    'a batch cut short': (
        lambda f: os.truncate(f / 'cifar-10-batches-py/data_batch_4', 900),
        'data_batch_4 is not a CIFAR-10 batch',
    ),
    'a batch runs code': (lambda f: rewrite(f, data=Attack()), "mkdir has no place in a file of images"),
    'the meta runs code': (
        lambda f: rewrite(f, 'batches.meta', label_names=Attack()),
        "mkdir has no place in a file of images",
    ),
    'images of another size': (
        lambda f: rewrite(f, data=np.zeros((8, 784), np.uint8)),
        'expected data of uint8, 3,072 bytes for each image',
    ),
    'images as floats': (lambda f: rewrite(f, data=np.zeros((8, 3072))), "an array is of type <f8"),
    'images in another order': (
        lambda f: rewrite(f, data=np.zeros((8, 32, 32, 3), np.uint8)),
        'expected data of uint8, 3,072 bytes for each image',
    ),
    'images as a list': (lambda f: rewrite(f, data=[[0] * 3072] * 8), 'expected data of uint8, 3,072 bytes'),
    'images as objects': (lambda f: rewrite(f, data=np.array([[None] * 3072] * 8)), "an array is of type |O8"),
    'fewer images than labels': (lambda f: rewrite(f, data=np.zeros((7, 3072), np.uint8)), 'a label for each'),
    'no images': (lambda f: rewrite(f, data=np.zeros((1, 3072), np.uint8)[:1], labels=[]), 'a label for each'),
    'no labels': (lambda f: rewrite(f, labels=None), 'expected a label for each image'),
    'labels in words': (lambda f: rewrite(f, labels=['cat'] * 8), 'its labels are not whole numbers'),
    'labels as bytes': (lambda f: rewrite(f, labels=b'01010101'), 'data_batch_2 is not a CIFAR-10 batch'),
    'labels as fractions': (lambda f: rewrite(f, labels=[0.5] * 8), 'its labels are not whole numbers'),
    'a label below 0': (lambda f: rewrite(f, labels=[-1] * 8), 'its labels are not whole numbers from 0'),
    'a label too high': (lambda f: rewrite(f, labels=[0, 1, 2, 0, 1, 0, 1, 0]), 'a train label is 2, expected 0 to 1'),
    'a test label too high': (lambda f: rewrite(f, 'test_batch', labels=[9] * 8), 'a test label is 9, expected 0 to 1'),
    'a label of 80 bits': (lambda f: rewrite(f, labels=[2**80] * 8), 'its labels are not whole numbers'),
    'no names': (lambda f: rewrite(f, 'batches.meta', label_names=[]), 'the number of classes is 0'),
    'one name': (lambda f: rewrite(f, 'batches.meta', label_names=['cat']), 'the number of classes is 1'),
    'names in one word': (
        lambda f: rewrite(f, 'batches.meta', label_names='catdog'),
        'names no classes: expected a list',
    ),
    'a number as a name': (lambda f: rewrite(f, 'batches.meta', label_names=['cat', 2]), 'names no classes'),
    'a name twice': (lambda f: rewrite(f, 'batches.meta', label_names=['cat', b'cat']), 'names a class twice'),
    'a path as a name': (
        lambda f: rewrite(f, 'batches.meta', label_names=['cat', '../../dog']),
        "'../../dog' cannot be the name of a class",
    ),
    'a name that turns': (
        lambda f: rewrite(f, 'batches.meta', label_names=['cat', 'dog\u202e']),
        'cannot be the name of a class',
    ),
    'a class never seen': (
        lambda f: rewrite(f, 'batches.meta', label_names=['cat', 'dog', 'owl']),
        'has no training image of owl',
    ),
}


@contextmanager
def changed(change, write):
    "A right folder with one change."
    with TemporaryDirectory() as folder:
        folder = Path(folder) / 'given'
        write(folder)
        change(folder)
        yield folder


def said_of(folder):
    "What `load_data` says of a folder; other errors than an InputError are faults, and raised."
    try:
        return f'read: {load_data(folder)}'
    except InputError as error:
        return str(error)


def main():
    faults = []
    for cases, write in (
        (PETS, lambda folder: write_images(folder, count=2)),
        (BATCHES, lambda folder: write_batches(folder / 'cifar-10-batches-py')),
    ):
        for what, (change, expected) in cases.items():
            with changed(change, write) as folder:
                said = said_of(folder)
            if expected not in said or '\n' in said or Path('attacked').exists():
                faults.append(what)
            print(f'{"FAULT" if what in faults else "ok":5} {what:25} {said.replace(str(folder), "FOLDER")[:150]}')
    print(f'{len(PETS) + len(BATCHES)} folders, {len(faults)} faults')
    return 1 if faults else 0


if __name__ == '__main__':
    raise SystemExit(main())
