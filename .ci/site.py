"""Walk over the pages that nbdev has processed, before Quarto renders them: python .ci/site.py [FOLDER]

No raw directive or Markdown, no broken link or anchor, no id twice, no figure without text, no cell that failed or
that making the docs ran again, no page that the sidebar does not lead to."""
import ast, json, re, sys
from pathlib import Path
from posixpath import normpath
from urllib.parse import urldefrag

import yaml
from markdown_it import MarkdownIt

from project import config, host, root

site = Path(sys.argv[1] if len(sys.argv) > 1 else root/'_proc')
files_of = re.compile(rf'https://(?:github\.com|colab\.research\.google\.com/github)/{config["user"]}/{config["repo"]}'
                      rf'/(?:blob|tree|raw)/{config["branch"]}/([^#]+)')
markdown = MarkdownIt('commonmark').enable('table')
known = {'classes', 'echo', 'eval', 'output', 'include', 'fig-alt', 'code-fold', 'code-summary', 'label'}  # by Quarto


def slug(heading):
    "The id that pandoc gives a heading."
    if named := re.search(r'\{#([\w.-]+)', heading): return named[1]
    words = re.sub(r'[^\w\s.-]', '', re.sub(r'\{.*\}|\[|\]\(.*?\)', '', heading)).lower().split()
    return re.sub(r'^[^a-z]+', '', '-'.join(words))


def runs_again(source):
    "Whether a cell imports and does more: nbdev runs cells with imports, so that its output is not the saved one."
    body = ast.parse(re.sub(r'^[%!].*', '', source, flags=re.M)).body
    return len({isinstance(node, (ast.Import, ast.ImportFrom)) for node in body}) == 2


class Page:
    "A page, read: its text, the ids in it, and its faults but for links."
    def __init__(self, path):
        self.name, self.faults, self.texts, ids = path.relative_to(site).as_posix(), [], [], set()
        cells = json.loads(path.read_text(encoding='utf-8'))['cells'] if path.suffix == '.ipynb' else ()
        if path.suffix == '.md': self.texts.append(path.read_text(encoding='utf-8'))
        for cell in cells:
            if cell['cell_type'] != 'code': self.texts.append(''.join(cell['source']))
            else:
                self.read_code(cell)
                ids.add(cell['id'])
        front = re.search(r'output-file: (\S+)', '\n'.join(self.texts))
        self.page = (path.parent/(front[1] if front else f'{path.stem}.html')).relative_to(site).as_posix()
        self.tokens = [token for text in self.texts for token in markdown.parse(re.sub(r'(?s)\A---\n.*?\n---', '', text))]
        headings = {slug(text.content) for token, text in zip(self.tokens, self.tokens[1:]) if token.type == 'heading_open'}
        self.faults += [f'the id {name} stands twice' for name in ids & headings]
        self.ids = headings | ids

    def read_code(self, cell):
        "Note the faults of a code cell, and its texts."
        source = ''.join(cell['source'])
        options = re.findall(r'^#\|(.*)', source, re.M)
        self.faults += [f'raw directive: {line}' for line in options if line.partition(':')[0].strip() not in known]
        if 'eval: false' not in source and runs_again(source):
            self.faults.append(f'the cell {cell["id"]} imports and does more: split it')
        for output in cell.get('outputs', []):
            data = output.get('data', {})
            if output['output_type'] == 'error': self.faults.append(f'the cell {cell["id"]} failed')
            if any(kind.startswith('image/') for kind in data) and 'fig-alt:' not in source:
                self.faults.append(f'the figure of the cell {cell["id"]} has no fig-alt')
            self.texts.append(''.join(data.get('text/markdown', '')))

    def inline(self):
        "The pieces of its text, each with the text right after it."
        for token in self.tokens:
            pieces = token.children or []
            yield from zip(pieces, [*(piece.content for piece in pieces[1:]), ''])


def target(page, link):
    "The file of the site that a link leads to, and its anchor; None where it leads elsewhere."
    address, anchor = urldefrag(link)
    if address.startswith(host): return address.removeprefix(host).lstrip('/') or 'index.html', anchor
    if re.match(r'[a-z]+:', address): return None
    return normpath((Path(page.name).parent/address).as_posix()) if address else page.page, anchor


def check_link(page, link, pages):
    "What is wrong with a link, or None."
    if match := files_of.match(link): return None if (root/match[1]).exists() else f'{link}: there is no such file'
    if not (found := target(page, link)): return None
    name, anchor = found
    if name.startswith('..'): return f'{link} leaves the site'
    if name in pages: return f'{link}: there is no such anchor' if anchor and anchor not in pages[name].ids else None
    return None if (site/name).exists() else f'{link}: there is no such page'


def check(page, pages):
    "All faults of a page."
    yield from page.faults
    for token in page.tokens:
        if token.type == 'fence' and (found := re.search(r'\[`.*?`\]\(http\S+\)', token.content)): yield f'raw link in code: {found[0]}'
    for piece, after in page.inline():
        if piece.type == 'text' and re.search(r'\]\(|^#\|', piece.content): yield f'raw Markdown: {piece.content[:60]}'
        for link in re.findall(r'href="(.*?)"', piece.content if piece.type == 'html_inline' else ''):
            if fault := check_link(page, link, pages): yield fault
        if piece.type == 'link_open' and (fault := check_link(page, piece.attrs['href'], pages)): yield fault
        if piece.type != 'image': continue
        if fault := check_link(page, piece.attrs['src'], pages): yield fault
        if not piece.content and not after.startswith('{fig-alt="'): yield f'{piece.attrs["src"]} has no text: add {{fig-alt="…"}}'


def listed(contents):
    "The files in a sidebar."
    for entry in contents:
        if isinstance(entry, str): entry = {'href': entry}
        if 'href' in entry: yield entry['href']
        yield from listed(entry.get('contents', []))


read = [Page(path) for path in sorted([*site.rglob('*.ipynb'), *site.rglob('*.md')])]
pages = {name: page for page in read for name in (page.name, page.page)}
faults = [f'{page.name}: {fault}' for page in read for fault in check(page, pages)]
sidebar = set(listed(yaml.safe_load((site/'sidebar.yml').read_text(encoding='utf-8'))['website']['sidebar']['contents']))
faults += [f'sidebar.yml: there is no {name}' for name in sidebar if not (site/name).exists()]
faults += [f'{page.name} is not in the sidebar' for page in read if page.name not in sidebar]
if f'left: {config["lib_name"]} {config["version"]}' not in (site/'_quarto.yml').read_text(encoding='utf-8'):
    faults.append('_quarto.yml: the footer names another version than settings.ini')
if faults: sys.exit('\n'.join(faults))
print(f'{len(read)} pages, {sum(piece.type == "link_open" for page in read for piece, _ in page.inline())} links: no fault')
