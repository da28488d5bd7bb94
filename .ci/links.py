"""Bring every link to this project in line with `user` and `repo` of settings.ini: python .ci/links.py [--check]

What the links say now stands in `repo-url` of nbs/nbdev.yml, which nbdev wrote from the settings of that day."""
import re, subprocess, sys
from project import config as cfg, host, root


def relink(text, old, new):
    "`text` with the links to the project `old`, a pair of user and repository, made links to `new`."
    for form in ('github.com/{}/{}', 'colab.research.google.com/github/{}/{}', 'raw.githubusercontent.com/{}/{}', '{}.github.io/{}'):
        text = re.sub(re.escape(form.format(*old)) + r'(?![\w-])', form.format(*new), text)
    return text


yml = root/'nbs/nbdev.yml'
found = re.search(r'repo-url: "https://github\.com/([\w-]+)/([\w.-]+)"', yml.read_text(encoding='utf-8'))
old, new = found.groups(), (cfg['user'], cfg['repo'])
if '--check' in sys.argv: sys.exit(f'links lead to {"/".join(old)}: run python .ci/links.py' if old != new else 0)
listed = subprocess.run(['git', 'ls-files', '*.md', '*.ipynb', '*.yml', '*.html'], cwd=root, capture_output=True, text=True, check=True)
for path in map(root.joinpath, listed.stdout.splitlines()):
    text = path.read_text(encoding='utf-8')
    changed = relink(text, old, new)
    if changed != text: path.write_text(changed, encoding='utf-8', newline='\n')
yml.write_text(re.sub(r'(site-url: ").*"', rf'\g<1>{host}"', yml.read_text(encoding='utf-8')), encoding='utf-8')
