"""Kill downloads of CIFAR-10 at any moment, two processes at a time, until one comes through: python stress/downloads.py ROUNDS [SEED]

A local server gives an archive of noise, slowly and sometimes wrong. After each round the folder has to hold the right files. The last
line counts kills and differences.
"""
import hashlib
import io
import json
import random
import subprocess
import sys
import tarfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from cifar11.files import MD5

NOISE = {name: random.Random(name).randbytes(20_000) for name in MD5}
PROGRAM = '''
import json, sys
from cifar11 import files
files.MD5.update(json.loads(sys.argv[1]))
files.download_cifar10(sys.argv[2], sys.argv[3:5], sys.argv[5])
'''


class Slow(BaseHTTPRequestHandler):
    "Gives the archive in a second; under /wrong, zeros."
    def log_message(self, *args): pass

    def do_GET(self):
        self.server.asked += 1
        body = bytes(len(self.server.archive)) if self.path == '/wrong' else self.server.archive
        self.send_response(200)
        self.send_header('Content-Length', len(body))
        self.end_headers()
        try:
            for start in range(0, len(body), 10_000):
                self.wfile.write(body[start:start + 10_000])
                time.sleep(0.05)
        except OSError: pass  # the client was killed


def pack():
    "The archive of noise."
    with io.BytesIO() as packed:
        with tarfile.open(fileobj=packed, mode='w:gz') as tar:
            for name, content in NOISE.items():
                member = tarfile.TarInfo(f'cifar-10-batches-py/{name}')
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        return packed.getvalue()


def download(server, draw, folder):
    "Start processes and kill them until the images are there; how many were killed."
    md5 = json.dumps({name: hashlib.md5(content).hexdigest() for name, content in NOISE.items()})
    urls = [f'http://127.0.0.1:{server.server_port}/{kind}' for kind in ('wrong', 'right')]
    command = [sys.executable, '-c', PROGRAM, md5, folder, *urls, hashlib.sha256(server.archive).hexdigest()]
    kills = 0
    while not (Path(folder)/'cifar-10-batches-py').exists():
        asked, pair = server.asked, [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(2)]
        while server.asked == asked and None in [process.poll() for process in pair]: time.sleep(0.01)
        time.sleep(draw.uniform(0, 3))
        for process in pair:
            kills += process.poll() is None
            process.kill()
            process.wait()
    subprocess.run(command, check=True)
    return kills


def main(rounds, seed=0):
    draw, kills, differences = random.Random(seed), 0, 0
    with ThreadingHTTPServer(('127.0.0.1', 0), Slow) as server:
        server.archive, server.asked, server.daemon_threads = pack(), 0, True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for _ in range(rounds):
            with TemporaryDirectory() as folder:
                kills += download(server, draw, folder)
                found = {path.name: path.read_bytes() for path in (Path(folder)/'cifar-10-batches-py').iterdir()}
                differences += found != NOISE
        server.shutdown()
    print(f'{rounds} rounds, {kills} kills, {differences} differences')
    return bool(differences)


if __name__ == '__main__': sys.exit(main(*map(int, sys.argv[1:])))
