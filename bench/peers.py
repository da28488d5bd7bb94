"""The recipes of two well-known projects, registered in cifar11's tables under `kuangliu` and `airbench`.

kuangliu/pytorch-cifar trains with momentum and a cosine; Keller Jordan's ResNet18 with Nesterov's momentum, large
batches, a triangular schedule and a smaller cutout (https://github.com/KellerJordan/ResNet-PyTorch-CIFAR10)."""
from functools import partial

import numpy as np
import torch

from cifar11.main import RECIPES
from cifar11.policies import OPTIMIZERS, SCHEDULERS
from cifar11.transforms import Cutout, TRANSFORMS


def triangular(optimizer, steps):
    "From a fifth of the peak up to it in a fifth of the steps, then down to zero."
    def share(step): return float(np.interp(step, [0, int(0.2*steps), steps], [0.2, 1, 0]))
    return torch.optim.lr_scheduler.LambdaLR(optimizer, share)


SCHEDULERS['triangular'] = triangular
OPTIMIZERS['momentum'] = partial(torch.optim.SGD, lr=0.1, momentum=0.9)
TRANSFORMS['cutout12'] = lambda img_size: Cutout(3*img_size//8)

plain = dict(width=64, epochs=20, head_lr_mult=1., weight_decay=5e-4, label_smoothing=0., ema_decay=0., small_crops=0.)
RECIPES['kuangliu'] = dict(plain, batch_size=128, optimizer='momentum', scheduler='cosine', lr=0.1,
                           transforms='crop,flip', tta=1)
RECIPES['airbench'] = dict(plain, batch_size=500, optimizer='sgd', scheduler='triangular', lr=0.2,
                           transforms='reflect,flip,cutout12', tta=2)
