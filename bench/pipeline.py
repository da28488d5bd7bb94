"""Images a second of the batch iterator, next to torchvision on Pillow images with a DataLoader.

    python bench/pipeline.py --json pipeline.json
"""
from collections import deque

import torch
import torchvision.transforms as T
from fastcore.script import call_parse
from PIL import Image
from timing import measure, noise, report, timed
from torch.utils.data import DataLoader, Dataset

from cifar11.core import choose_device
from cifar11.data import Batches
from cifar11.transforms import make_transforms

SIZE, PADDING = 32, 4


class ImageCutout:
    "Cutout of one image, as in the paper."
    def __init__(self, size=16): self.size = size

    def __call__(self, image): # (3,32,32)
        y, x = (int(torch.randint(SIZE, ())) for _ in range(2))
        half = self.size//2
        image[:, max(y - half, 0):y + half, max(x - half, 0):x + half] = 0
        return image


class PillowImages(Dataset):
    "Images as torchvision's own CIFAR10 keeps and changes them, one by one."
    def __init__(self, split, transforms):
        self.arrays, self.labels = split.images.permute(0, 2, 3, 1).numpy(), split.labels.tolist()
        self.transforms = transforms

    def __len__(self): return len(self.labels)
    def __getitem__(self, index): return self.transforms(Image.fromarray(self.arrays[index])), self.labels[index]


def pillow_transforms(words, mean, std):
    "torchvision's transforms for the words of a recipe."
    mode = 'reflect' if 'reflect' in words else 'constant'
    flip = [T.RandomHorizontalFlip()] if 'flip' in words else []
    cutout = [ImageCutout()] if 'cutout' in words else []
    crop = T.RandomCrop(SIZE, PADDING, padding_mode=mode)
    return T.Compose([crop, *flip, T.ToTensor(), T.Normalize(mean, std), *cutout])


@call_parse
def main(
    images:int=20_000, # How many, of random bytes
    batch_size:int=128, # Images in a batch
    transforms:str='crop,cutout', # As for cifar11_train
    repeats:int=5, # Rounds
    device:str='cpu', # For cifar11; torchvision stays on the CPU
    json:str='', # File for the figures
):
    "Time one pass over the images."
    device = choose_device(device)
    data, words = noise(images), transforms.split(',')
    here, normalize = data.to(device).train, data.to(device).normalize
    ours = Batches(here, make_transforms(transforms, normalize), batch_size, shuffle=True)
    pillow = PillowImages(data.train, pillow_transforms(words, *data.statistics))
    loaders = {n: DataLoader(pillow, batch_size, shuffle=True, num_workers=n, persistent_workers=n > 0) for n in (0, 2)}

    variants = {f'torchvision, {n} workers': lambda loader=loader: loader for n, loader in loaders.items()}
    variants['cifar11'] = lambda: ours
    speeds = measure({name: timed(lambda make=make: deque(make(), maxlen=0), images, device)
                      for name, make in variants.items()}, repeats)
    report(speeds, 'torchvision, 2 workers', device, json, transforms=transforms, batch_size=batch_size, images=images,
           threads=torch.get_num_threads())
