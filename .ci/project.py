"The project's folder and what settings.ini says."
from configparser import ConfigParser
from pathlib import Path

root = Path(__file__).resolve().parent.parent
_settings = ConfigParser(delimiters=['='])
_settings.read(root/'settings.ini', encoding='utf-8')
config = _settings['DEFAULT']
host = config['doc_host'] + config['doc_baseurl']
