"""What only a district has: needs, weights, visits, proposals, a ceiling, publications."""

from app.errors import Unknown
from app.records.places import Where


def own(where: Where) -> int:
    """The key of a district.

    Raises
    ------
    Unknown
        The place is a region, a province or the whole country.
    """
    if where.place_id is None or where.kind != "district":
        raise Unknown(
            "Esto se lleva distrito por distrito, y {name} no es un distrito.",
            remedy="Elija un distrito: su UBIGEO tiene seis cifras.",
            name=where.name or "el país",
        )
    return where.place_id
