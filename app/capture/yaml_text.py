"""YAML as our seeds and demonstration write it, read by the C parser where it is there.

The C parser of libyaml comes with PyYAML's wheels and reads the instruments eight times
faster; both give the same values.
"""

from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(text: str) -> Any:
    """The plain values that a text holds.

    Raises
    ------
    yaml.YAMLError
        It is no YAML.
    """
    return yaml.load(text, Loader=_LOADER)
