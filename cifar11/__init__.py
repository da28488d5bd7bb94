__version__ = "0.2.0"

def __getattr__(name):
    "Import `train` and `Run` when you first use them, because torch takes seconds to load."
    if name not in ('train', 'Run'): raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    from . import main
    return getattr(main, name)
