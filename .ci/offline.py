"Take out of the rendered pages the scripts that Quarto fetches from elsewhere for widgets; ours have none. Quarto calls it."
import os
import re
from pathlib import Path

widgets = re.compile(r'<script [^>]*(?:requirejs|/jquery)@[^>]*></script>\n?|<script[^>]*>define\(.jquery.*?</script>\n?', re.S)
for name in os.environ['QUARTO_PROJECT_OUTPUT_FILES'].splitlines():
    path = Path(name)
    if path.suffix != '.html': continue
    text = path.read_text(encoding='utf-8')
    path.write_text(widgets.sub('', text), encoding='utf-8', newline='\n')
