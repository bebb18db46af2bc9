"""Who may see which layer, by the same policy table as everything else."""

from app.errors import Forbidden, Unauthenticated
from app.operations import access
from app.operations.access import Actor
from app.operations.layers.declared import Layer
from app.operations.layers.registry import LAYERS
from app.records.places import Where
from app.records.policy import Policy


def audience(policy: Policy, actor: Actor, where: Where, layer: Layer) -> bool:
    """Whether the reader gets a layer as the public does; refused where there is nothing in it.

    Raises
    ------
    Unauthenticated
        Nobody is logged in, and the layer publishes nothing.
    Forbidden
        This person may not read its register here, and it publishes nothing.
    """
    if layer.public:
        found = access.grant(policy, actor, where, layer.register, "read")
        return found is None or found.view == "public"
    found = access.require(policy, actor, where, layer.register, "read")
    if found.view == "public":
        if actor.account_id is None:
            raise Unauthenticated(
                "De este mapa no se publica nada: hay que entrar con una cuenta.",
                remedy="Entre con su usuario y contraseña, o con su tarjeta y PIN.",
            )
        raise Forbidden(
            "De la capa «{layer}» no se publica nada.",
            remedy="Entre con una cuenta que pueda ver sus datos.",
            layer=layer.title.es,
        )
    return False


def layers(policy: Policy, actor: Actor, where: Where) -> list[Layer]:
    """The layers that a reader may see at a place, in the order of the registry."""
    return [layer for layer in LAYERS if _open(policy, actor, where, layer)]


def _open(policy: Policy, actor: Actor, where: Where, layer: Layer) -> bool:
    if layer.public:
        return True
    found = access.grant(policy, actor, where, layer.register, "read")
    return found is not None and found.view != "public"
