"""Recipes side by side: the same images, the same epochs, several seeds.

    python bench/accuracy.py --data digits --variants 'assignment; kuangliu transforms=crop' --json accuracy.json

A variant is a recipe and, after it, options of cifar11_train that differ from it. Each run has a folder of its own
under `out`; one that is finished is not repeated, one that was cut off goes on, so the script can be stopped and
started again, and processes with other seeds can share the work.
"""
import json as jsonlib
from pathlib import Path
from statistics import mean, stdev

from fastcore.script import call_parse
from timing import save

from cifar11.main import train
from cifar11.runs import Run


def parse_variant(text):
    "The options of `train` in words such as `kuangliu transforms=crop lr=0.05`."
    recipe, *words = text.split()
    options = dict(word.split('=', 1) for word in words)
    for name, value in options.items():
        try: options[name] = jsonlib.loads(value)
        except ValueError: pass  # a word
    return dict(recipe=recipe, **options)


def result(run):
    "What a finished run is compared by: held-out accuracy, or the test accuracy where nothing was held out."
    last = run.log[-1]
    held_out = 'validation_accuracy' in last
    accuracy = last['validation_accuracy' if held_out else 'test_accuracy']
    return dict(seed=run.options.seed, compared_on='held out' if held_out else 'test', train=last['train_accuracy'],
                accuracy=accuracy, tta=accuracy if held_out else run.tta_accuracy or accuracy,
                curve=run.log.column('test_accuracy'), seconds=sum(run.log.column('seconds')),
                images_per_second=sorted(run.log.column('images_per_second'))[len(run.log)//2],
                epochs=len(run.log), width=run.options.width, batch_size=run.options.batch_size,
                hardware=run.config['device']['name'], precision=run.config['precision'], commit=run.config['commit'])


def spread(values):
    "Mean and, of several seeds, standard deviation, in percent."
    values = [100*value for value in values]
    return f'{mean(values):.2f}' + (f' ± {stdev(values):.2f}' if len(values) > 1 else '')


@call_parse
def main(
    data:str='cifar10', # As for cifar11_train
    variants:str='assignment; record; kuangliu', # Separated by semicolons
    seeds:int=2, # How many, from `first`
    first:int=0, # The first seed
    images_per_class:int=0, # As for cifar11_train
    validation:int=0, # As for cifar11_train; where not 0, these images are compared on, not the test images
    epochs:int=0, # Passes over the training images; 0: by recipe
    width:int=0, # Channels of the first stage; 0: by recipe
    device:str='auto', # As for cifar11_train
    out:str='runs/accuracy', # Folder for the runs
    json:str='', # File for the figures
):
    "Train every variant with every seed; a table of the last epoch's accuracies, by one view and by `tta` views."
    shared = dict(epochs=epochs or None, width=width or None, images_per_class=images_per_class, validation=validation, device=device)
    rows = []
    for text in filter(None, map(str.strip, variants.split(';'))):
        results = []
        for seed in range(first, first + seeds):
            folder = Path(out)/f'{text} seed={seed}'.replace(' ', '_').replace('/', '-')
            if not (folder/'report.html').exists():
                print(f'\n{text}, seed {seed}', flush=True)
                train(data, seed=seed, out=str(folder), resume=True, **{**shared, **parse_variant(text)})
            results.append(result(Run.load(folder, device, data)))
        rows.append(dict(name=text, data=Path(data).name, images_per_class=images_per_class, runs=results))
    print(f'\n{"variant":40} {"seeds":>5} {"train":>14} {"one view":>14} {"tta":>14} {"seconds":>8}')
    for row in rows:
        cells = [spread([run[name] for run in row['runs']]) for name in ('train', 'accuracy', 'tta')]
        seconds = mean(run['seconds'] for run in row['runs'])
        print(f'{row["name"]:40} {seeds:5} {" ".join(f"{cell:>14}" for cell in cells)} {seconds:8.0f}')
    save(rows, json)
