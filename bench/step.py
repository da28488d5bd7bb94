"""Images a second of a whole training, beside the bare step on one fixed batch, a plain loop, and the matrix peak.

    python bench/step.py --json step.json

The matrix peak is as many operations as the training has, done as products of square matrices in the same precision:
the images a second that a network of nothing but such products would reach. It is a row of the table like the others,
measured in every round, since a shared machine is not equally fast from one second to the next.
"""
import io, tempfile
from contextlib import redirect_stdout
from pathlib import Path
from statistics import median

import torch
import torch.nn.functional as F
from fastcore.script import call_parse
from pipeline import PillowImages, pillow_transforms
from timing import measure, noise, report, timed
from torch.utils.data import DataLoader
from torch.utils.flop_counter import FlopCounterMode

from cifar11.callbacks import Log
from cifar11.core import autocast, choose_device, choose_precision, PRECISIONS
from cifar11.data import Batches
from cifar11.main import Options
from cifar11.models import create_model
from cifar11.policies import create_optimizer
from cifar11.training import fit
from cifar11.transforms import make_transforms


def operations(model, device):
    "Floating-point operations of one image forward and backward, as torch counts them."
    with FlopCounterMode(display=False) as counter: model(torch.zeros(1, 3, 32, 32, device=device)).sum().backward()
    model.zero_grad()
    return counter.get_total_flops()


@call_parse
def main(
    batch_size:int=128, # Images in a batch
    steps:int=12, # Batches in a round
    repeats:int=5, # Rounds
    recipe:str='assignment', # As for cifar11_train
    optimizer:str='', # Instead of the recipe's
    width:int=64, # Channels of the first stage
    device:str='auto', # As for cifar11_train
    precision:str='auto', # As for cifar11_train; the plain loop always computes in float32
    compile:bool=False, # Compile the model of cifar11 and of the bare step
    json:str='', # File for the figures
):
    "Time rounds of training steps."
    device, torch.backends.cudnn.deterministic = choose_device(device), True  # as train
    precision = choose_precision(precision, device)
    options, count = Options(recipe=recipe, optimizer=optimizer or None), batch_size*steps
    data = noise(count)
    here, normalize = data.to(device).train, data.to(device).normalize

    def start_training(precision, memory_format=torch.channels_last):
        model = create_model(width=width).to(device, memory_format=memory_format).train()
        trainer = create_optimizer(options.optimizer, model, lr=options.lr, weight_decay=options.weight_decay,
                                   head_lr_mult=options.head_lr_mult, dtype=PRECISIONS[precision])
        if compile and memory_format == torch.channels_last: model = torch.compile(model, dynamic=False)
        return model, trainer

    bare_model, bare_trainer = start_training(precision)
    images = normalize(here.images[:batch_size]).contiguous(memory_format=torch.channels_last)
    labels, scaler = here.labels[:batch_size], torch.amp.GradScaler(device.type, enabled=precision == 'float16')
    def bare():
        for _ in range(steps):
            with autocast(device, precision): logits = bare_model(images)
            loss = F.cross_entropy(logits.float(), labels, label_smoothing=options.label_smoothing)
            bare_trainer.zero_grad()
            scaler.scale(loss).backward()
            scaler.step(bare_trainer)
            scaler.update()

    model, trainer = start_training(precision)
    batches = Batches(here, make_transforms(options.transforms, normalize), batch_size=batch_size, shuffle=True)
    def ours():
        with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()):
            fit(model, batches, None, trainer, 1, label_smoothing=options.label_smoothing, precision=precision,
                scaler=torch.amp.GradScaler(device.type, enabled=precision == 'float16'),
                callbacks=[Log(Path(folder)/'log.csv')])

    plain_model, plain_trainer = start_training('float32', torch.contiguous_format)
    pillow = PillowImages(data.train, pillow_transforms(options.transforms.split(','), *data.statistics))
    loader = DataLoader(pillow, batch_size, shuffle=True, num_workers=2, persistent_workers=True)
    def plain():
        total = 0  # read after every step, as such a loop does for its progress bar
        for images, labels in loader:
            loss = F.cross_entropy(plain_model(images.to(device)), labels.to(device))
            plain_trainer.zero_grad()
            loss.backward()
            plain_trainer.step()
            total += loss.item()

    cost, side = operations(plain_model, device), 2048  # a compiled model would not compile afterwards
    multiplied = round(cost*count/(2*side**3)) or 1
    a, b = (torch.randn(side, side, device=device, dtype=PRECISIONS[precision]) for _ in range(2))
    def products():
        for _ in range(multiplied): a @ b

    work = {'bare step': bare, 'cifar11': ours, 'plain loop': plain, 'matrix peak': products}
    speeds = measure({name: timed(function, count, device) for name, function in work.items()}, repeats)
    share = multiplied*2*side**3/(cost*count)  # only a whole number of products can be done
    speeds['matrix peak'] = [speed*share for speed in speeds['matrix peak']]
    peak, threads = cost*median(speeds['matrix peak']), torch.get_num_threads()
    print(f'{options.optimizer}, batch {batch_size}, width {width}, {precision}, {threads} threads; '
          f'matrix peak {peak/1e9:,.0f} GFLOP/s, {cost/1e9:.2f} GFLOP an image')
    report(speeds, 'bare step', device, json, optimizer=options.optimizer, batch_size=batch_size, width=width,
           precision=precision, compiled=compile, threads=threads, peak_gflops=round(peak/1e9, 1),
           gflop_per_image=round(cost/1e9, 3))
