"""Every layer of a district, declared once, and who may see which.

A layer opens to whoever may read the maps and the layer's own register. Where the policy
gives no more than the public's view, the layer shows what is published, or nothing.
"""

from app.errors import Unknown
from app.operations.layers.beside import BESIDE
from app.operations.layers.declared import Layer
from app.operations.layers.grounds import GROUNDS

LAYERS: tuple[Layer, ...] = (*GROUNDS, *BESIDE)
_BY_CODE = {layer.code: layer for layer in LAYERS}
_BY_SLUG = {layer.slug: layer for layer in LAYERS}


def by_code(code: str) -> Layer:
    """The layer of this code; refused where there is none."""
    return _found(_BY_CODE.get(code), code)


def by_slug(slug: str) -> Layer:
    """The layer of this part of a page's address; refused where there is none."""
    return _found(_BY_SLUG.get(slug), slug)


def _found(layer: Layer | None, name: str) -> Layer:
    if layer is None:
        raise Unknown(
            "No hay ninguna capa «{name}».",
            remedy="Elija una de la lista de mapas del distrito.",
            name=name[:40],
        )
    return layer
