"""Open a run's report and its TensorBoard in headless Chromium, and use them.

    python .ci/browser.py RUN [FOLDER for screenshots]

Needs `pip install playwright` and a Chromium, Debian's for instance (CHROMIUM names it if it is not on the path);
TENSORBOARD likewise."""
import os, shutil, socket, subprocess, sys, time
from pathlib import Path
from urllib.request import urlopen
from playwright.sync_api import sync_playwright

run, shots = Path(sys.argv[1]).resolve(), Path(sys.argv[2] if len(sys.argv) > 2 else '.')
report, tensorboard = run/'report.html', os.environ.get('TENSORBOARD') or shutil.which('tensorboard')
shots.mkdir(parents=True, exist_ok=True)
chromium = os.environ.get('CHROMIUM') or shutil.which('chromium') or shutil.which('google-chrome')


def check(name, right):
    print('ok' if right else 'FAILED', name)
    if not right: sys.exit(1)


def values(page, name):
    numbers = f'cards => cards.map(card => Number(card.dataset.{name}))'
    return page.eval_on_selector_all('#errors figure:not([hidden])', numbers)


def use(page):
    "Go through the error gallery as a person would."
    total = len(values(page, 'index'))
    check(f'{total} errors are shown at first', total > 0)
    card = page.locator('#errors figure').first
    card.locator('summary').focus()
    page.keyboard.press('Enter')
    details = card.locator('dl').inner_text()
    named = all(name in details for name in ('true class', 'predicted class', 'probability', 'loss', 'margin'))
    check('Enter on an error shows where it is', named and ('file' in details or 'test image' in details))
    page.keyboard.press('Enter')
    check('and once more hides it', not card.locator('dl').is_visible())
    true, predicted = values(page, 'true')[0], values(page, 'predicted')[0]
    page.select_option('#true', str(true))
    check('filter by true class', set(values(page, 'true')) == {true})
    page.select_option('#predicted', str(predicted))
    check('filter by class predicted', set(values(page, 'predicted')) == {predicted})
    check('the number shown is told', page.text_content('#count') == f'{len(values(page, "true"))} shown')
    page.click('.controls button')
    page.wait_for_function(f'document.querySelectorAll("#errors figure:not([hidden])").length === {total}')
    page.fill('#low', '60')
    check('filter by confidence', all(value >= 60 for value in values(page, 'confidence')))
    check('its limit is told', page.text_content('#low + output') == '60%')
    page.click('.controls button')
    for order, sign in dict(confidence=-1, loss=-1, margin=1, index=1).items():
        page.select_option('#order', order)
        numbers = values(page, order)
        check(f'sorted by {order}', numbers == sorted(numbers, key=lambda number: sign*number))
    button = page.locator('.confusion button').first
    button.click()
    pair = (int(button.get_attribute('data-true')), int(button.get_attribute('data-predicted')))
    shown = set(zip(values(page, 'true'), values(page, 'predicted')))
    check('a click in the confusion matrix shows its images', shown <= {pair})
    page.click('.controls button')
    page.click('nav a >> text=Training log')
    check('links at the top lead into the page', page.url.endswith('#log'))


def look_at_board(browser):
    "Start TensorBoard on the run, and see its curves and pictures."
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        address = f'http://127.0.0.1:{free.getsockname()[1]}'
    command = [tensorboard, '--logdir', run, '--port', address.split(':')[-1]]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        for _ in range(120):
            try: urlopen(address, timeout=1); break
            except OSError: time.sleep(0.5)
        page = browser.new_page(viewport=dict(width=1280, height=1000))
        for tab, card in dict(scalars='tf-scalar-card', images='tf-image-loader img').items():
            page.goto(f'{address}/#{tab}')
            page.reload()
            page.wait_for_selector(card, timeout=60000)
            page.wait_for_timeout(3000)
            page.screenshot(path=shots/f'tensorboard-{tab}.png')
            drawn = all(page.locator(f'text=accuracy/{split}').count() for split in ('train', 'test'))
            if tab == 'scalars': check('TensorBoard draws the accuracy of train and test', drawn)
            read = 'images => images.map(image => image.naturalWidth)'
            widths = page.eval_on_selector_all('tf-image-loader img', read)
            if tab == 'images': check(f'TensorBoard shows pictures, {widths} px wide', min(widths) > 100)
    finally: server.terminate(); server.wait()


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=chromium, args=['--no-sandbox'])
    for width, scheme in ((390, 'light'), (390, 'dark'), (1280, 'light'), (1280, 'dark')):
        page = browser.new_context(viewport=dict(width=width, height=844), color_scheme=scheme, offline=True).new_page()
        noise, requests = [], []
        page.on('console', lambda message: noise.append(message.text))
        page.on('pageerror', lambda error: noise.append(str(error)))
        page.on('request', lambda request: requests.append(request.url))
        page.goto(report.as_uri())
        broken = page.eval_on_selector_all('img', 'images => images.filter(image => !image.naturalWidth).length')
        check(f'{width} px, {scheme}: every picture is there', broken == 0)
        fits = page.evaluate('document.documentElement.scrollWidth <= innerWidth')
        check(f'{width} px, {scheme}: nothing to scroll sideways', fits)
        page.screenshot(path=shots/f'{width}-{scheme}.png', full_page=True)
        use(page)
        check(f'{width} px, {scheme}: nothing on the console', noise == [])
        check(f'{width} px, {scheme}: nothing fetched', all(url.startswith(('file:', 'data:')) for url in requests))
    if tensorboard: look_at_board(browser)
    else: print('TensorBoard is not installed here: not looked at')
    browser.close()
