"Check that the package's own imports run downhill, and that links to this project agree with settings.ini."
import ast, re, sys
from configparser import ConfigParser
from pathlib import Path

order = 'core models.resnet models transforms files data policies training callbacks interpret gradcam diagnostics report runs main'.split()

root = Path(__file__).resolve().parent.parent
config = ConfigParser(delimiters=['='])
config.read(root/'settings.ini', encoding='utf-8')
cfg = config['DEFAULT']
package = root/cfg['lib_path']


def imported_names(path):
    "Line and full dotted name, as a list, of everything that `path` imports."
    folders = path.relative_to(root).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        if isinstance(node, ast.Import):
            for alias in node.names: yield node.lineno, alias.name.split('.')
        elif isinstance(node, ast.ImportFrom):
            above = folders[:len(folders)-node.level+1] if node.level else ()
            for alias in node.names: yield node.lineno, [*above, *(node.module or '').split('.'), alias.name]


def check_imports(path):
    "Complaints about the imports of one module; `__init__` and `_modidx` may import nothing of the package."
    name = '.'.join(path.relative_to(package).with_suffix('').parts)
    if not path.stem.startswith('_') and name not in order:
        yield 1, f'{name} has no place in the order of modules'
        return
    below = order[order.index(name):] if name in order else order
    for line, parts in imported_names(path):
        if parts[-1] == '*': yield line, 'wildcard import'
        top, *parts = filter(None, parts)
        if top != package.name or parts == ['__version__']: continue
        target = next((module for module in order if f'{".".join(parts)}.'.startswith(f'{module}.')), None)
        if target is None: yield line, f'imports {".".join([top, *parts])}, which is no module in the order'
        elif target in below: yield line, f'{name} imports {target}, which does not stand above it'


def check_links(path):
    "Complaints about links to this project under another user."
    address = rf'(?:github(?:usercontent)?(?:\.com)?[/:]([\w-]+)|([\w-]+)\.github\.io)/{re.escape(cfg["repo"])}(?![\w-])'
    for line, text in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
        for match in re.finditer(address, text):
            user = match[1] or match[2]
            if user != cfg['user']: yield line, f'link to {user}/{cfg["repo"]}, settings.ini says {cfg["user"]}/{cfg["repo"]}'


modules = sorted(package.rglob('*.py'))
pages = [*sorted((root/'nbs').glob('*.ipynb')), *sorted((root/'nbs').glob('*.yml')), *sorted(root.glob('*.md'))]
complaints = [f'{path.relative_to(root)}:{line}: {what}'
              for check, paths in ((check_imports, modules), (check_links, pages)) for path in paths for line, what in check(path)]
if complaints: sys.exit('\n'.join(complaints))
print(f'imports of {len(modules)} files run downhill, links on {len(pages)} pages agree')
