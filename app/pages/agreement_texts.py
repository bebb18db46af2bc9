"""The sentences of agreements, marked for the catalogue of translations; a test holds them."""

from app.pages.language import N_

TEXTS = (
    N_("Se pagó {over_centimos} y solo se devengó {under_centimos}: revise la fuente."),
    N_("Se devengó {over_centimos} y solo se certificó {under_centimos}: revise la fuente."),
    N_("Se certificó {over_centimos} y el PIM es {under_centimos}: revise la fuente."),
    N_("Lleva devengado {over_centimos}; se acordó {under_centimos}."),
    N_("El hito «{title}» debía alcanzarse hace {days} días."),
    N_("Nadie figura como responsable de su mantenimiento."),
    N_("{n} comunidades no están conformes."),
    N_("El comité de vigilancia no está conforme."),
    N_("Se entregó hace {days} días y falta la palabra de la comunidad."),
    N_("Figura como entregada, pero no se sabe qué día."),
    N_("Está parada."),
    N_("Nunca se tuvo noticia de este acuerdo."),
    N_("Sin noticias hace {days} días."),
    N_("El dinero no se mueve hace {days} días: sigue en {accrued_centimos} devengados."),
    N_("La comunidad no está conforme."),
    N_("El hito «{title}» debía alcanzarse ayer."),
    N_("Todavía no toca medir: la obra no se entregó."),
    N_(
        "Todavía no toca medir: se mira en la primera ronda desde el {opens}, seis meses "
        "después de la entrega."
    ),
    N_("Ya toca medir: falta una ronda aprobada desde el {opens}."),
    N_("No se puede saber: no hay ninguna ronda de antes de la obra."),
    N_("No se puede saber: solo {n} familias se vieron en las dos rondas, y hacen falta 5."),
    N_("No se puede saber: solo una familia se vio en las dos rondas, y hacen falta 5."),
    N_("No se puede saber: ninguna familia se vio en las dos rondas, y hacen falta 5."),
    N_(
        "Mejoró: de {n} familias vistas las dos veces, antes {x0} y después {x1}; "
        "{better} están mejor y {worse} peor."
    ),
    N_(
        "Igual: de {n} familias vistas las dos veces, antes {x0} y después {x1}; {better} "
        "están mejor y {worse} peor."
    ),
    N_(
        "Empeoró: de {n} familias vistas las dos veces, antes {x0} y después {x1}; "
        "{better} están mejor y {worse} peor."
    ),
    N_(
        "No se puede saber: de {n} familias, antes {x0} y después {x1}, pero a quien se "
        "elige por estar peor le toca volver hacia el promedio, aquí unos {returns_share} "
        "de las familias."
    ),
    N_(
        "No se puede saber: de {n} familias vistas las dos veces, antes {x0} y después "
        "{x1}; son pocas para distinguir un cambio de la casualidad."
    ),
    N_("Mejoró."),
    N_("Igual."),
    N_("Empeoró."),
    N_("No se puede saber."),
    N_("No se puede saber: ningún indicador mide lo que este acuerdo cambia."),
    N_("No se puede saber: el acuerdo no dice a qué comunidades sirve."),
    N_("No se puede saber: entre las dos rondas la ficha cambió la pregunta."),
    N_("Este indicador es reservado: lo ve el establecimiento de salud."),
)
