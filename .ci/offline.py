"""Make the rendered pages whole in themselves; Quarto calls this after rendering.

Out go the scripts that Quarto fetches from elsewhere for widgets, which we have none of; links to the published site
become links inside the one at hand."""
import os
import re
from pathlib import Path

from project import host

site = Path(os.environ['QUARTO_PROJECT_OUTPUT_DIR'])
widgets = re.compile(r'<script [^>]*(?:requirejs|/jquery)@[^>]*></script>\n?|<script[^>]*>define\(.jquery.*?</script>\n?', re.S)
for path in site.rglob('*.html'):
    if path.parent.name == 'examples': continue
    up = os.path.relpath(site, path.parent)
    text = widgets.sub('', path.read_text(encoding='utf-8'))
    text = re.sub(rf'<a href="{re.escape(host)}/?(?=[\w"])', f'<a href="{up}/', text)
    path.write_text(text, encoding='utf-8', newline='\n')
