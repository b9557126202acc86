"""Where older programs fetch models: the name is here, since files of models import it; nothing is fetched."""

from minigrad.hub import load_state_dict_from_url as load_url
from minigrad.hub import tqdm

__all__ = ["load_url", "tqdm"]
