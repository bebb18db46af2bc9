"""The sentences of the rules of a plan, marked for the catalogue of translations.

As in ``reason_texts``: a test holds the list against the rules themselves.
"""

from app.pages.language import N_

TEXTS = (
    N_("La prioridad {place}, «{need}», no tiene objetivo en el plan."),
    N_("Otras prioridades, después de las {top} primeras, sin objetivo en el plan: {n}."),
    N_("El objetivo {code} no tiene ningún indicador: no se podrá saber si avanza."),
    N_("Agregue una ficha de indicador, si se puede de las que miden las rondas."),
    N_("El objetivo {code} no dice qué prioridad atiende."),
    N_("Enlácelo a una prioridad o a un tema que nombraron las asambleas."),
    N_("El objetivo {code} no tiene ninguna acción estratégica."),
    N_("Agregue al menos una acción con su responsable."),
    N_("El indicador {code} no tiene línea base."),
    N_("Anote el año y el valor de partida; una ronda aprobada puede darlo."),
    N_("El indicador {code} no tiene metas por año."),
    N_("Anote al menos la meta del último año del plan."),
    N_("La acción {code} no tiene responsable."),
    N_("Anote la gerencia, oficina o institución que responde por ella."),
    N_("La acción {code} no está en ninguna línea del PEI, del POI ni en un proyecto."),
    N_("Anote la línea que la ejecuta o llévela a la programación del año."),
    N_("Enlácela a un objetivo que la atienda o lleve la enmienda al CCL."),
    N_("Vea en la lista de prioridades cuáles conviene enlazar."),
    N_("Hay dato de {n} de {all} comunidades: no alcanza para decir cuánto avanzó el distrito."),
    N_("La línea base no puede ser {value}: un porcentaje va de 0 a 100."),
    N_("El año de la línea base ({year}) es posterior al plan, que termina en {last}."),
    N_("La meta de {year} está fuera del periodo del plan, {first} a {last}."),
    N_("La meta de {year} no puede ser {value}: un porcentaje va de 0 a 100."),
    N_("La meta de {year} es anterior a la línea base, que es de {base_year}."),
    N_(
        "La meta de {year} ({value}) está por debajo de la línea base ({baseline}), y en "
        "este indicador más es mejor."
    ),
    N_(
        "La meta de {year} ({value}) está por encima de la línea base ({baseline}), y en "
        "este indicador menos es mejor."
    ),
    N_("Llegó a la meta de {year}: {goal}; ahora está en {actual}."),
    N_("La ficha no tiene metas por año."),
    N_("No se sabe: ninguna ronda ni registro da su valor actual."),
    N_("Puede haber llegado a {goal}, la meta de {year}, pero los datos no lo aseguran."),
    N_("Al paso que va no llega a {goal} en {year}; ahora está en {actual}."),
    N_("En camino: está en {actual} y la meta de {year} es {goal}."),
)
