"""Check that imports run downhill: a notebook, its hidden test cells too, imports only what a notebook above it exports.

Check also what nbdev's own processing does not notice: that the `#| key: value` lines of a cell are YAML."""
import ast, json, re, sys

import yaml
from project import root


def directives(source):
    "The lines at the top of a cell that Quarto reads as YAML."
    for line in source.splitlines():
        if not line.startswith('#|'): return
        if re.match(r'#\|\s*[\w-]+: ', line): yield line[2:].strip()


def imported(source):
    "The dotted name of everything of the package that a cell imports."
    code = '\n'.join('' if line.lstrip().startswith(('%', '!')) else line for line in source.splitlines())
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and (node.module or '').split('.')[0] == 'cifar11':
            for alias in node.names: yield f'{node.module}.{alias.name}'


def check(path, modules):
    "Complaints about a notebook; the module it exports is added to `modules`."
    content = json.loads(path.read_text(encoding='utf-8'))['cells']
    cells = [''.join(cell['source']) for cell in content if cell['cell_type'] == 'code']
    for cell in cells:
        for name in re.findall(r'#\|\s*default_exp (\S+)', cell): modules.append(f'cifar11.{name}'.removesuffix('.__init__'))
        for line in directives(cell):
            try: yaml.safe_load(line)
            except yaml.YAMLError: yield f'`{line}` is not YAML: put the value in single quotes'
        for name in imported(cell):
            if name.endswith('*'): yield f'imports {name}'
            known = any(name == module or name.startswith(f'{module}.') for module in modules)
            if not known and name not in ('cifar11.train', 'cifar11.Run', 'cifar11._modidx.d'): yield f'imports {name}, which no notebook above it exports'


nbs, modules = root/'nbs', []
pages = [nbs/'index.ipynb', nbs/'faq.ipynb', *sorted((nbs/'tutorials').glob('*.ipynb'))]
notebooks = [*sorted(nbs.glob('[0-9]*.ipynb')), *pages]
complaints = [f'{path.name}: {what}' for path in notebooks for what in check(path, modules)]
if complaints: sys.exit('\n'.join(complaints))
print(f'the imports of {len(notebooks)} notebooks run downhill')
