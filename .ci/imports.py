"""Check that imports run downhill: a notebook, its hidden test cells too, imports only what it or one above it in the folder exports.

Check also what nbdev's processing does not notice: that the `#| key: value` lines of every cell are YAML."""
import ast, json, re, sys
from pathlib import Path

import yaml

root = Path(__file__).resolve().parent.parent


def directives(source):
    "The lines at the top of a cell that Quarto reads as YAML."
    for line in source.splitlines():
        if not line.startswith('#|'): return
        if re.match(r'#\|\s*[\w-]+: ', line): yield line[2:].strip()


def imported(source):
    "Line and dotted name of everything of the package that a cell imports."
    code = '\n'.join('' if line.lstrip().startswith(('%', '!')) else line for line in source.splitlines())
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and (node.module or '').split('.')[0] == 'cifar11':
            for alias in node.names: yield node.lineno, f'{node.module}.{alias.name}'


def shown(text):
    "Module and name of everything that a page shows how to import."
    for module, names in re.findall(r'^from (cifar11\.\S+) import (.+)$', text, re.M):
        for name in names.split(', '): yield module, name


def exported(module):
    "The names in a module's `__all__`."
    path = root/module.replace('.', '/')
    source = (path/'__init__.py' if path.is_dir() else path.with_suffix('.py')).read_text(encoding='utf-8')
    return ast.literal_eval(re.search(r'^__all__ = (\[.*?\])', source, re.M | re.S)[1])


def check(path, exports):
    "Complaints about a notebook; its own module is added to `exports`."
    content = json.loads(path.read_text(encoding='utf-8'))['cells']
    cells = [''.join(cell['source']) for cell in content if cell['cell_type'] == 'code']
    for text in (''.join(cell['source']) for cell in content if cell['cell_type'] == 'markdown'):
        for module, name in shown(text):
            if name not in exported(module): yield f'shows an import of {name}, which {module} does not export'
    exports += [f'cifar11.{name}'.removesuffix('.__init__') for cell in cells for name in re.findall(r'#\|\s*default_exp (\S+)', cell)]
    for cell in cells:
        for line in directives(cell):
            try: yaml.safe_load(line)
            except yaml.YAMLError: yield f'`{line}` is no YAML: put the value in single quotes'
        for line, name in imported(cell):
            if name.endswith('*'): yield f'imports {name}'
            if not any(name == module or name.startswith(f'{module}.') for module in exports): yield f'imports {name}, which no notebook above it exports'


exports = []
notebooks = [*sorted((root/'nbs').glob('[0-9]*.ipynb')), root/'nbs/index.ipynb', root/'nbs/faq.ipynb', *sorted((root/'nbs/tutorials').glob('*.ipynb'))]
complaints = [f'{path.name}: {what}' for path in notebooks for what in check(path, exports)]
if complaints: sys.exit('\n'.join(complaints))
print(f'the imports of {len(notebooks)} notebooks run downhill')
