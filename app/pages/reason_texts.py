"""The sentences of the rules, marked for the catalogue of translations.

The room of the rules knows no catalogue, so what its reasons say is listed here again; a
test holds the list against the rules themselves.
"""

from app.pages.language import N_

TEXTS = (
    N_("Ninguna ronda aprobada lo mide todavía."),
    N_("No es una necesidad de la lista: le falta una meta."),
    N_("Sin evidencia vinculada: ningún indicador lo mide."),
    N_("Sin evidencia vinculada: no dice a qué necesidad responde."),
    N_("Ningún objetivo del PDLC lo recoge."),
    N_("Ningún pedido de un plan comunal está detrás."),
    N_("Ninguna propuesta ni gestión lo recoge."),
    N_("Ninguna propuesta sirve a este objetivo."),
    N_("Todavía no se decidió: no hay votación ni asignación."),
    N_("Todavía no hay acuerdo."),
    N_("No se sabe de qué propuesta viene."),
    N_("Todavía no hay obra ni dinero anotado."),
    N_("Todavía no se midió otra vez el mismo indicador."),
    N_("La comunidad no tiene una ronda aprobada este año."),
    N_("La ficha no está aprobada: todavía no cuenta."),
    N_("No entra: la cuenta terminó en «{code}», la primera que no alcanzó."),
    N_("No entra: cuesta {cost_centimos}, más que todo el presupuesto ({budget_centimos})."),
    N_("No entra: ninguna cédula la marca."),
    N_("No entra: tiene {votes} votos y le faltaron {lacking} para el mínimo."),
    N_("No entra: tiene {score} de apoyo y le faltaron {lacking} para el mínimo."),
    N_("No entra: a «{name}» le quedan {left_centimos} de su tope y cuesta {cost_centimos}."),
    N_("No entra: es incompatible con «{code}», que sí entra."),
    N_("Entra por el piso de su grupo: cuesta {cost_centimos} y después quedan {left_centimos}."),
    N_(
        "Entra: {payers} cédulas la pagan con su parte, {most_centimos} la que más, y "
        "después quedan {left_centimos}."
    ),
    N_(
        "No entra: la cuenta terminó en «{code}», que cuesta {cost_centimos} cuando "
        "quedaban {left_centimos}."
    ),
    N_(
        "No entra: cuesta {cost_centimos} y a las {votes} cédulas que la marcan les "
        "quedan {held_centimos}."
    ),
    N_("No entra: con el mismo dinero, otro conjunto de propuestas suma más utilidad."),
    N_("Puede ir al presupuesto participativo."),
    N_("Falta saber de quién es y qué es."),
    N_("Un IOARR mejora lo que funciona; lo que no funciona pide un proyecto de inversión."),
    N_("Puede ir, si se resuelve lo que falta."),
    N_("Lo hace la propia comunidad: no necesita presupuesto."),
    N_("No es competencia de la municipalidad distrital: se gestiona."),
    N_("Es una actividad o servicio, no una inversión: va al plan operativo (POI)."),
    N_("Diga de quién es la competencia."),
    N_("Diga si es inversión, IOARR, actividad o faena."),
    N_("Diga si la unidad que se mejora está funcionando."),
    N_("Falta quién responde por la operación y el mantenimiento."),
    N_("Falta el saneamiento físico legal del terreno."),
    N_(
        "No está en el PMI: una idea nueva va al final de la cartera; apunte a los años siguientes."
    ),
    N_("No se sabe a qué parte del distrito alcanza."),
    N_(
        "Alcanza al {share_share} del distrito y la norma pediría al menos {least_share} "
        "(por verificar): júntela con pedidos iguales."
    ),
    N_("Entra: cuesta {cost_centimos} y después quedan {left_centimos}."),
    N_("No entra: fue retirada por quienes la pidieron."),
    N_("No entra: cuesta cero, así que no necesita presupuesto."),
    N_("No alcanza: cuesta {cost_centimos} y quedan {left_centimos}."),
    N_(
        "Comunidades que lo piden: {communities}; personas: al menos {people}, "
        "{people_share} del distrito."
    ),
    N_(
        "Comunidades que lo piden: {communities}; personas: al menos {people}, "
        "{people_share} del distrito, bajo el {rule_share} de referencia (por verificar)."
    ),
    N_(
        "Comunidades que lo piden: {communities}; personas: al menos {people}, no se sabe "
        "qué parte del distrito."
    ),
    N_(
        "Comunidades que lo piden: {communities}; personas: al menos {people}, "
        "{people_share} del distrito, no menos del {rule_share} de referencia (por "
        "verificar)."
    ),
    N_("No se puede saber: en una de las rondas no hay respuestas."),
    N_(
        "La brecha media hasta la meta es {gap_share}. Comunidades con dato: {observed} de "
        "{applicable}; bajo la meta: {short}."
    ),
    N_("Afecta al menos a {people} de {population} personas del distrito."),
    N_(
        "Las comunidades afectadas tienen un valor medio de {equity_share} en el criterio "
        "de equidad."
    ),
    N_(
        "Asambleas que la nombraron: {named} de {assemblies}. Votos de mujeres: {women}; de"
        " hombres: {men}."
    ),
    N_("Aún no se conoce la equidad de las comunidades afectadas."),
    N_("Aún no hay asambleas registradas en el distrito."),
    N_("Responde a una necesidad de {score} puntos."),
    N_("Beneficia a {people_share} del distrito."),
    N_("El equipo técnico todavía no lo califica."),
    N_("El equipo técnico halló: {finding}."),
    N_("Comunidades que la piden: {communities}."),
    N_("No se conoce la equidad de las comunidades que la piden."),
    N_("Las comunidades que la piden tienen {equity_share} en el criterio de equidad."),
    N_(
        "Alcanza al {share_share} del distrito y la norma pide al menos {least_share}:"
        " júntela con pedidos iguales."
    ),
    N_("Sirve a un objetivo del PDLC vigente."),
    N_("Ningún objetivo del PDLC vigente la recoge."),
    N_("No entra: la evaluación técnica publicada la halló no viable."),
    N_("No entra todavía: falta saber cuánto cuesta."),
    N_("No atiende ninguno de los tres primeros problemas de las mujeres."),
    N_("Sin evidencia vinculada: su necesidad no tiene puntaje."),
    N_("No se sabe a qué parte del distrito beneficia."),
    N_("Atiende uno de los tres primeros problemas de las mujeres."),
    N_("Comunidades con dato: {observed} de {applicable}; por visitar: {missing}."),
    N_(
        "Asambleas que lo nombraron: {named} de {assemblies}; votos: {votes}. Ningún "
        "indicador lo mide: no se sabe cuánto falta."
    ),
    N_(
        "Está entre el puesto {first} y el {last} de {of}; llega al puesto {top} o mejor en"
        " el {in_top_share} de los cálculos."
    ),
    N_(
        "Está en el puesto {first} de {of}; llega al puesto {top} o mejor en el "
        "{in_top_share} de los cálculos."
    ),
    N_("Se reserva: son pocas respuestas, o permitiría deducir las de otra comunidad."),
    N_("No se sabe: nadie respondió."),
    N_("Indicadores con brecha: {short} de {observed} con dato ({coverage_share} del peso)."),
    N_("Hay datos para {coverage_share} del peso; indicadores por preguntar: {missing}."),
    N_("Mejora: antes {x0} de {n0}, ahora {x1} de {n1}."),
    N_(
        "No se compara: entre las dos rondas la ficha cambió la pregunta. Antes {x0} de {n0}, "
        "ahora {x1} de {n1}."
    ),
    N_(
        "No se compara: entre las dos rondas cambió el umbral. Antes {x0} de {n0}, ahora {x1} de "
        "{n1}."
    ),
    N_("Retrocede: antes {x0} de {n0}, ahora {x1} de {n1}."),
    N_("No se distingue un cambio: antes {x0} de {n0}, ahora {x1} de {n1}."),
    N_("{blank} de {asked} preguntas principales sin respuesta."),
    N_("{count} avisos pasados por alto con su razón escrita."),
    N_("{run} hogares seguidos con todas las respuestas iguales."),
    N_("Un día con {most} hogares visitados: más de los que alcanza el tiempo."),
    N_("{leaps} de {compared} prácticas cambiaron mucho desde la ronda anterior."),
    N_("Al volver a preguntar, {equal} de {n} respuestas iguales."),
)
