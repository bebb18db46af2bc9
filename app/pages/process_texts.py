"""The sentences of the rules of a process and its agents, marked for the catalogue.

As in ``reason_texts``: a test holds the list against the rules themselves.
"""

from app.pages.language import N_

TEXTS = (
    N_("«{step}» no tiene fechas."),
    N_("«{step}» empieza el {day}, antes de que empiece «{other}» ({other_day})."),
    N_("«{step}» empieza el {day}, y «{other}» recién termina el {other_day}."),
    N_("«{step}» cae fuera del plazo del proceso, del {first} al {last}."),
    N_("Falta este dato."),
    N_("Escríbalo: sin él no se puede inscribir."),
    N_("No es un tipo de organización de la lista."),
    N_("Elija uno de la lista de la plantilla."),
    N_("El sexo se escribe F o M."),
    N_("Si no se sabe, déjelo vacío."),
    N_("El DNI tiene ocho cifras, sin letras ni espacios."),
    N_("Cópielo del documento; si empieza con cero, escríbalo como texto."),
    N_("Ese DNI ya está inscrito."),
    N_("Esa persona ya está inscrita por esa organización."),
    N_("Deje una sola inscripción de la persona."),
    N_("El texto es demasiado largo."),
    N_("Acórtelo."),
    N_("El distrito no tiene esa comunidad."),
    N_("Escriba su nombre o su código como en la lista de comunidades."),
    N_("Hay más de una comunidad con ese nombre."),
    N_("Escriba su código."),
    N_("Se responde sí o no."),
    N_("Escriba sí o no."),
)
