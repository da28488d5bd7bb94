"""Open every page of the rendered site in headless Chromium, on a phone and a desk, light and dark.

    python .ci/pages.py [FOLDER of the site] [FOLDER for screenshots]

Needs `pip install playwright` and a Chromium (CHROMIUM names it if it is not on the path). Nothing but the site itself
is fetched, so badges that come from elsewhere are left out."""
import os
import shutil
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

site = Path(sys.argv[1] if len(sys.argv) > 1 else '_docs').resolve()
shots = Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None
chromium = os.environ.get('CHROMIUM') or shutil.which('chromium') or shutil.which('google-chrome')


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args): pass


WIDE = '''() => [...document.querySelectorAll('main *')].filter(one => {
    const box = one.getBoundingClientRect();
    const scrolls = one.closest('table, pre, .cell-output-display, mjx-container');
    return box.width && box.right > innerWidth + 1 && !(scrolls && scrolls !== one);
}).map(one => one.tagName + '.' + one.className).slice(0, 3)'''
BROKEN = '''() => [...document.images].filter(one => !one.naturalWidth && one.src.startsWith(location.origin))
    .map(one => one.src)'''
CUT = '''() => [...document.querySelectorAll('main img')].filter(one => one.naturalWidth
    && one.getBoundingClientRect().right > one.closest('main').getBoundingClientRect().right + 1).map(one => one.src)'''
DIM = '''() => {
    const light = color => { const [r, g, b] = color.match(/[\\d.]+/g).map(Number); return 0.3*r + 0.6*g + 0.1*b; };
    const page = light(getComputedStyle(document.body).backgroundColor);
    return [...document.querySelectorAll('main p code, main li code, main td code')]
        .filter(one => Math.abs(light(getComputedStyle(one).color) - page) < 90).map(one => one.textContent).slice(0, 3);
}'''


def faults(page, address):
    "What is wrong with a page that is open."
    noise = []
    page.on('console', lambda message: message.type in ('error', 'warning') and noise.append(message.text))
    page.on('pageerror', lambda error: noise.append(str(error)))
    page.goto(address)
    page.wait_for_timeout(300)
    width = page.evaluate('document.documentElement.scrollWidth - innerWidth')
    if width > 0: yield f'scrolls sideways by {width} px: {page.evaluate(WIDE)}'
    if broken := page.evaluate(BROKEN): yield f'pictures missing: {broken}'
    if cut := page.evaluate(CUT): yield f'pictures cut off: {cut}'
    if dim := page.evaluate(DIM): yield f'code hard to read: {dim}'
    yield from (f'console: {text}' for text in noise if 'ERR_FAILED' not in text)


server = ThreadingHTTPServer(('127.0.0.1', 0), partial(Quiet, directory=site))
threading.Thread(target=server.serve_forever, daemon=True).start()
home, count = f'http://127.0.0.1:{server.server_port}', 0
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=chromium, args=['--no-sandbox'])
    for width, scheme in ((390, 'light'), (390, 'dark'), (1280, 'light'), (1280, 'dark')):
        context = browser.new_context(viewport=dict(width=width, height=844), color_scheme=scheme)
        context.route(lambda url: not url.startswith((home, 'data:')), lambda route: route.abort())
        for path in sorted(path for path in site.rglob('*.html') if 'site_libs' not in path.parts):
            page, name = context.new_page(), path.relative_to(site).as_posix()
            for fault in faults(page, f'{home}/{name}'):
                count += 1
                print(f'{name}, {width} px, {scheme}: {fault}', flush=True)
            if shots:
                shots.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=shots/f'{name.replace("/", "-")}-{width}-{scheme}.png')
            page.close()
    browser.close()
print(f'{count} faults')
sys.exit(bool(count))
