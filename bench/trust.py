"""Whether maps point at what matters: their ROAD scores less those of random maps, over many test images.

    python bench/trust.py runs/quick --methods gradcam,layercam --images 500 --json trust.json

A method passes in a run where the mean difference is more than two standard errors above zero. The other check, the
rank correlation with the maps of the same network with all weights random, is low where maps depend on the weights.
"""
from pathlib import Path

from fastcore.script import call_parse
from timing import save

from cifar11.core import device_name
from cifar11.runs import Run


def trust(run, images, method):
    "The figures of `Run.trust_table` for one method."
    table = run.trust_table(images, method=method).set_index('check')['result']
    correlation = table[[name for name in table.index if name.startswith('random from')][-1]]
    return dict(run=run.path.name, recipe=run.options.recipe, width=run.options.width, seed=run.options.seed,
                method=method, images=images, maps=table['ROAD of the maps'], random=table['ROAD of random maps'],
                difference=table['difference'], error=table['standard error of the difference'],
                correlation=correlation, device=device_name(run.device))


@call_parse
def main(
    folder:str, # Holds the folders of runs, perhaps in folders
    methods:str='gradcam,hirescam,gradcam++,xgradcam,layercam,eigencam', # Keys of `METHODS` in `cifar11.gradcam`
    images:int=500, # Test images, drawn at random, the same for all runs
    json:str='', # File for the figures
):
    "Check the maps of each run by each method."
    rows = []
    for path in sorted(log.parent for log in Path(folder).glob('**/log.csv')):
        run = Run.load(path)
        for method in methods.split(','):
            rows.append(row := trust(run, images, method))
            print(f'{path.name:16} {method:12} ROAD {row["maps"]:6.3f}, random {row["random"]:6.3f}, difference '
                  f'{row["difference"]:6.3f} ± {row["error"]:.3f}, correlation {row["correlation"]:5.2f}', flush=True)
    save(rows, json)
