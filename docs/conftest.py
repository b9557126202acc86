"""The pages' examples import the tutorial's engines, each by the name of its step."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "tutorial" / "code"))
