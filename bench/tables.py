"Tables of results, for the pages that show them."
import json
from pathlib import Path
from statistics import mean, stdev

import pandas as pd

from cifar11.training import History


def results_table(folder):
    "The settings of all runs in `folder` and the results of their last epochs, a row for each."
    rows = []
    for log in sorted(Path(folder).glob('**/log.csv')):
        config, history = json.loads(log.with_name('config.json').read_text(encoding='utf-8')), History.load(log)
        options, data, last = config['options'], config['data'], history[-1]
        rows.append({
            'run': log.parent.relative_to(folder).as_posix(), 'recipe': options['recipe'],
            'model': f'{options["model"]}, width {options["width"]}', 'data': data['name'],
            'train images': data['train'], 'epochs': last['epoch'], 'seed': options['seed'],
            'train accuracy': last['train_accuracy'], 'test accuracy': last['test_accuracy'],
            'seconds': round(sum(history.column('seconds'))),
            'hardware': f'{config["device"]["name"]}, {config["precision"]}'})
    return pd.DataFrame(rows)


def markdown_table(table):
    "A DataFrame in Markdown: floats as percentages, whole numbers with commas, numbers to the right."
    def text(value):
        if isinstance(value, str): return value
        return f'{value:.2%}' if isinstance(value, float) else f'{value:,}'
    rows = [[text(value) for value in row] for row in table.itertuples(index=False)]
    marks = ['---:' if all(cell[:1].isdigit() for cell in column) else '---' for column in zip(*rows)]
    return '\n'.join(f'| {" | ".join(line)} |' for line in ([*table.columns], marks, *rows))


def spread(values):
    "Mean and, of several seeds, standard deviation, in percent."
    values = [100*value for value in values]
    if len(values) == 1: return f'{values[0]:.2f}'
    return f'{mean(values):.2f} ± {stdev(values):.2f}'
