"""Run what a reader would paste: python .ci/examples.py [NOTEBOOK …]

Each notebook's visible cells run in a new Python, in an empty folder: all cells of a tutorial, and of a numbered
notebook those up to its first example. So does the Python code of README.md."""
import json, os, re, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

root = Path(__file__).resolve().parent.parent
not_run = r'#\|\s*(hide|default_exp|eval: false|slow|cuda|network|notest)'


def visible(path):
    "The code that a page shows, cell by cell, each with whether it defines what the package exports."
    for cell in json.loads(path.read_text(encoding='utf-8'))['cells']:
        source = ''.join(cell['source'])
        if cell['cell_type'] == 'markdown':
            yield from ((code, True) for code in re.findall(r'^```python\n(.*?)^```', source, re.M | re.S))
        elif cell['cell_type'] == 'code' and not re.search(not_run, source):
            yield source, bool(re.search(r'#\|\s*exports?\b', source))


def pasted(path):
    "The code to run."
    if path.suffix == '.md':
        blocks = re.findall(r'^```python\n(.*?)^```', path.read_text(encoding='utf-8'), re.M | re.S)
        return '\n'.join(block for block in blocks if "'cifar10'" not in block)  # that one downloads and takes hours
    cells, whole = [], path.parent.name == 'tutorials'
    for source, defines in visible(path):
        cells.append(re.sub(r'^[%!].*', '', source, flags=re.M))
        starts = ('from ', 'import ', '#', ' ', ')')
        imports = all(line.startswith(starts) for line in source.splitlines() if line)
        if not (whole or defines or imports): break
    return '\n'.join(cells)


def run(path):
    "What went wrong, or an empty text."
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([sys.executable, '-c', pasted(path)], cwd=folder, capture_output=True, text=True,
                              env={**os.environ, 'OMP_NUM_THREADS': '1'})
    return f'{path.name}: {done.stderr.strip().splitlines()[-1]}' if done.returncode else ''


nbs = root/'nbs'
skipped = {'18_results.ipynb', '19_run.ipynb', 'first_run_in_colab.ipynb'}  # they train on CIFAR-10, or read a clone
every = [root/'README.md', *sorted(nbs.glob('[0-9]*.ipynb')), *sorted((nbs/'tutorials').glob('*.ipynb'))]
chosen = [Path(name).resolve() for name in sys.argv[1:]] or [path for path in every if path.name not in skipped]
with ThreadPoolExecutor(2) as pool: faults = list(filter(None, pool.map(run, chosen)))
if faults: sys.exit('\n'.join(faults))
print(f'the examples of {len(chosen)} pages run')
