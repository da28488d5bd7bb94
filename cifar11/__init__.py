__version__ = "0.2.0"

def __getattr__(name):
    "Import `train` and `Run` when you first use them, because torch takes seconds to load."
    if name == 'train':
        from .main import train
        return train
    if name == 'Run':
        from .runs import Run
        return Run
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
