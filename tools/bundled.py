"""Instala o actualiza SISMUNI sin internet, desde la carpeta en que está este archivo.

    python install.py [CARPETA]

CARPETA es donde queda el programa; si no se dice, «sismuni» en su carpeta personal.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    command = [sys.executable, "-m", "tools.install", str(HERE), *sys.argv[1:]]
    # The folder named by the person is relative to where he stands, not to the source.
    if len(sys.argv) > 1:
        command[4] = str(Path(sys.argv[1]).expanduser().resolve())
    sys.exit(subprocess.call(command, cwd=HERE / "source"))
