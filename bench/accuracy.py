"""Recipes side by side: the same images, the same epochs, several seeds.

    python bench/accuracy.py --data digits --variants 'assignment; kuangliu transforms=crop' --json accuracy.json

A variant is a recipe, and after it the options of cifar11_train that differ. Each run has its own folder under `out`; a
finished one is not repeated and an interrupted one resumes, so you can stop the script and start it again."""
import json as jsonlib
from pathlib import Path
from statistics import mean

import peers  # registers the peers' recipes
from fastcore.script import call_parse
from tables import spread
from timing import save

from cifar11.main import train


def parse_variant(text):
    "The options of `train` in words such as `kuangliu transforms=crop lr=0.05`."
    recipe, *words = text.split()
    options = dict(recipe=recipe)
    for word in words:
        name, value = word.split('=', 1)
        try: options[name] = jsonlib.loads(value)
        except ValueError: options[name] = value  # a word
    return options


def result(run):
    "What we compare a finished run by: the held-out accuracy, or without held-out images the test accuracy."
    last = run.history[-1]
    held_out, tta = 'validation_accuracy' in last, run.options.tta
    accuracy = last['validation_accuracy' if held_out else 'test_accuracy']
    views = run._predict(run.data.validation, tta).accuracy if held_out else run.tta_accuracy
    return dict(seed=run.options.seed, compared_on='held out' if held_out else 'test', train=last['train_accuracy'],
                accuracy=accuracy, tta=views or accuracy,
                curve=run.history.column('test_accuracy'), seconds=sum(run.history.column('seconds')),
                images_per_second=sorted(run.history.column('images_per_second'))[len(run.history)//2],
                epochs=len(run.history), width=run.options.width, batch_size=run.options.batch_size,
                hardware=run.config['device']['name'], precision=run.config['precision'], commit=run.config['commit'])


@call_parse
def main(
    data:str='cifar10', # As for cifar11_train
    variants:str='assignment; record; kuangliu', # Separated by semicolons
    seeds:int=2, # How many, from `first`
    first:int=0, # The first seed
    images_per_class:int=0, # As for cifar11_train
    validation:int=0, # As for cifar11_train; if given, we compare on these images, not on the test images
    epochs:int=0, # Passes over the training images; 0: the recipe's
    width:int=0, # Channels of the first stage; 0: the recipe's
    device:str='auto', # As for cifar11_train
    out:str='runs/accuracy', # Folder for the runs
    json:str='', # File for the figures, written after each run
):
    "Train every variant with every seed; print the last epoch's accuracies, by one view and by `tta` views."
    shared = dict(images_per_class=images_per_class, validation=validation, device=device)
    if epochs: shared['epochs'] = epochs
    if width: shared['width'] = width
    rows = []
    for text in filter(None, map(str.strip, variants.split(';'))):
        rows.append(dict(name=text, data=Path(data).name, images_per_class=images_per_class, runs=[]))
        for seed in range(first, first + seeds):
            print(f'\n{text}, seed {seed}', flush=True)
            folder = Path(out)/f'{text} seed={seed}'.replace(' ', '_').replace('/', '-')
            options = {**shared, **parse_variant(text)}
            rows[-1]['runs'].append(result(train(data, seed=seed, out=str(folder), resume=True, **options)))
            save(rows, json)
    print(f'\n{"variant":40} {"seeds":>5} {"train":>14} {"one view":>14} {"tta":>14} {"seconds":>8}')
    for row in rows:
        cells = [spread([run[name] for run in row['runs']]) for name in ('train', 'accuracy', 'tta')]
        seconds = mean(run['seconds'] for run in row['runs'])
        print(f'{row["name"]:40} {seeds:5} {" ".join(f"{cell:>14}" for cell in cells)} {seconds:8.0f}')
