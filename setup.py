from configparser import ConfigParser
from pathlib import Path
from shlex import split

from setuptools import find_packages, setup

config = ConfigParser(delimiters=['='])
config.read('settings.ini', encoding='utf-8')
cfg = config['DEFAULT']
statuses = {'3': 'Alpha', '4': 'Beta', '5': 'Production/Stable'}
licenses = {'apache2': 'Apache-2.0'}
pythons = ['3.10', '3.11', '3.12', '3.13']

setup(
    name=cfg['lib_name'],
    version=cfg['version'],
    description=cfg['description'],
    long_description=Path('README.md').read_text(encoding='utf-8'),
    long_description_content_type='text/markdown',
    keywords=cfg['keywords'].split(),
    author=cfg['author'],
    license_expression=licenses[cfg['license']],
    license_files=['LICENSE'],
    url=cfg['git_url'],
    project_urls={'Documentation': cfg['doc_host'] + cfg['doc_baseurl']},
    classifiers=[
        f'Development Status :: {cfg["status"]} - {statuses[cfg["status"]]}',
        f'Intended Audience :: {cfg["audience"]}',
        f'Natural Language :: {cfg["language"]}',
        *(f'Programming Language :: Python :: {python}' for python in pythons[pythons.index(cfg['min_python']):]),
    ],
    packages=find_packages(include=[f'{cfg["lib_path"]}*']),
    package_data={cfg['lib_path']: ['report_files/*']},
    python_requires=f'>={cfg["min_python"]}',
    install_requires=split(cfg['requirements']),
    extras_require={'dev': split(cfg['dev_requirements'])},
    entry_points={
        'console_scripts': cfg['console_scripts'].split(),
        'nbdev': [f'{cfg["lib_path"]}={cfg["lib_path"]}._modidx:d'],
    },
)
