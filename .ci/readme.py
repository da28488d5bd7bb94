"Make README.md from nbs/index.ipynb; with `--check`, only see that they agree."
import json, re, sys
from project import config, root

address = config['git_url']
notice = '<!-- Made from nbs/index.ipynb by .ci/readme.py: edit there. -->'


def relink(text):
    "Links to files of the project as seen from one folder up; what only the site understands is plain Markdown."
    text = re.sub(r'!\[\]\((.*?)\)\{fig-alt="(.*?)"\}', r'![\2](\1)', text)
    text = re.sub(rf'\]\({re.escape(address)}/(blob|tree)/{config["branch"]}/', '](', text)
    return re.sub(r'\]\((?=[\w/-]+\.ipynb)', '](nbs/', text)


def fence(text, language=''):
    text = text.strip('\n')
    return f'```{language}\n{text}\n```'


def output_text(output):
    if output['output_type'] == 'stream': return fence(''.join(output['text']))
    if 'text/markdown' in output['data']: return relink(''.join(output['data']['text/markdown']))
    return fence(''.join(output['data']['text/plain']))


def blocks(cell):
    source = ''.join(cell['source'])
    if cell['cell_type'] == 'markdown': yield relink(source)
    if cell['cell_type'] != 'code': return
    directives = re.findall(r'^#\s*\|\s*(.*?)\s*$', source, re.M)
    code = re.sub(r'^#\s*\|.*$', '', source, flags=re.M).strip()
    if not code or 'hide' in directives or 'nbdev_export()' in code: return
    if 'echo: false' not in directives: yield fence(code, 'python')
    yield from map(output_text, cell['outputs'])


cells = json.loads((root/'nbs/index.ipynb').read_text(encoding='utf-8'))['cells']
text = '\n\n'.join([notice, *(block.strip('\n') for cell in cells for block in blocks(cell))]) + '\n'
readme = root/'README.md'
if '--check' not in sys.argv: readme.write_text(text, encoding='utf-8', newline='\n')
elif not readme.exists() or readme.read_text(encoding='utf-8') != text:
    sys.exit('README.md differs from nbs/index.ipynb: run python .ci/readme.py')
