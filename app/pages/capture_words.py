"""What the application of the telephone says, by the key that its modules name.

The Spanish sentence is the source, as everywhere; the application fetches one language whole,
since it must speak without a network too.
"""

from app.pages.language import N_, say

WORDS: dict[str, str] = {
    "lock.title": N_("Fichas en este celular"),
    "lock.pin": N_("Su PIN"),
    "lock.open": N_("Abrir mis fichas"),
    "lock.wrong": N_("Ese PIN no abre estas fichas. Inténtelo otra vez."),
    "lock.leave": N_("Cerrar con llave"),
    "lock.forgot": N_("Olvidé mi PIN"),
    "lock.forgot.what": N_(
        "Nada se pierde: guarde sus fichas en un archivo y llévelo a la municipalidad, que puede "
        "abrirlo sin su PIN. Después le prepararán el celular otra vez."
    ),
    "lock.forgot.save": N_("Guardar mis fichas en un archivo"),
    "lock.empty": N_("Este celular todavía no está preparado"),
    "lock.empty.what": N_(
        "Entre una vez con su cuenta o su tarjeta mientras hay señal, o lea con la cámara el "
        "código de la hoja que le dio la municipalidad. Después podrá llenar fichas sin señal."
    ),
    "lock.empty.enter": N_("Entrar y preparar este celular"),
    "lock.another": N_("Preparar este celular para otra persona"),
    "lock.insecure": N_("Esta dirección no está cifrada"),
    "lock.insecure.what": N_(
        "Para llenar fichas sin señal el navegador necesita HTTPS. Pida en la municipalidad la "
        "dirección segura (la da «sismuni tls»), o use ODK Collect con la hoja de «Celulares»."
    ),
    "new.title": N_("Preparar este celular"),
    "new.who": N_("Este celular entregará fichas a nombre de {person}, de {place}."),
    "new.what": N_(
        "Elija un PIN de al menos 6 números. Guarda sus fichas de quien use el mismo celular; no "
        "las guarda de un laboratorio."
    ),
    "new.pin": N_("PIN nuevo"),
    "new.pin2": N_("El mismo PIN otra vez"),
    "new.short": N_("El PIN lleva de 6 a 12 números."),
    "new.differ": N_("Los dos PIN no son iguales."),
    "new.make": N_("Preparar el celular"),
    "new.other": N_("O empezar de nuevo, con otro PIN"),
    "renew.title": N_("Ya hay fichas de {label} en este celular"),
    "renew.what": N_("Con su PIN de siempre, lo que guarda sale con la llave nueva."),
    "renew.do": N_("Usar la llave nueva"),
    "new.failed": N_("La municipalidad no reconoce este celular"),
    "new.again": N_("Intentar otra vez"),
    "pin.title": N_("Cambiar el PIN"),
    "pin.old": N_("PIN de ahora"),
    "pin.new": N_("PIN nuevo"),
    "pin.change": N_("Cambiar el PIN"),
    "pin.changed": N_("El PIN cambió."),
    "proof": N_("{done} hechas, {received} recibidas, {approved} aprobadas"),
    "send.now": N_("Enviando: {n} de {of}"),
    "send.progress": N_("Fichas enviadas"),
    "send.away": N_("No se pudo llegar a la municipalidad. Se intentará otra vez solo."),
    "send.busy": N_("La municipalidad está ocupada. Se intentará otra vez solo."),
    "send.revoked": N_("Este celular fue anulado."),
    "send.waiting": N_("{n} por enviar."),
    "send.all": N_("Todo lo terminado está enviado."),
    "send.offline": N_("Sin señal: lo terminado se enviará cuando haya."),
    "send.do": N_("Enviar y revisar"),
    "send.status": N_("La municipalidad respondió {status}."),
    "revoked.title": N_("Este celular fue anulado"),
    "revoked.what": N_(
        "Sus fichas siguen aquí. Guárdelas en un archivo y llévelo a la municipalidad, o pida que "
        "le preparen el celular otra vez."
    ),
    "others.title": N_("La municipalidad tiene {n} fichas más de este celular"),
    "others.what": N_("Se enviaron antes de preparar de nuevo este celular. No falta nada."),
    "persist.title": N_("El navegador no promete guardar"),
    "persist.what": N_(
        "Si el celular se llena podría borrar sus fichas. Instale la aplicación (menú del "
        "navegador, «Agregar a la pantalla de inicio») y envíe pronto."
    ),
    "home.new": N_("Llenar una ficha"),
    "home.noforms": N_("Todavía no hay fichas en este celular."),
    "home.refresh": N_("Traer las fichas de la municipalidad"),
    "home.mine": N_("Mis fichas"),
    "home.none": N_("Aquí estarán las fichas que llene, aunque no haya señal."),
    "home.print": N_("Imprimir esta lista"),
    "home.counts": N_("Cuenta en:"),
    "home.reason": N_("Por qué volvió:"),
    "home.differs": N_(
        "Lo que tiene la municipalidad no es igual a lo de este celular. Avise al planificador."
    ),
    "home.proof": N_("Constancia {number}"),
    "home.continue": N_("Seguir"),
    "home.drop": N_("Borrar"),
    "home.sure": N_("¿Borrar esta ficha sin terminar? No se puede recuperar."),
    "home.reopen": N_("Abrir otra vez"),
    "home.correct": N_("Corregir"),
    "state.draft": N_("sin terminar"),
    "state.done": N_("por enviar"),
    "state.kept": N_("recibida"),
    "state.waiting": N_("faltan fotos"),
    "state.quarantined": N_("la revisa la municipalidad"),
    "state.dismissed": N_("dejada de lado"),
    "state.sent": N_("en revisión"),
    "state.returned": N_("devuelta"),
    "state.approved": N_("aprobada"),
    "state.locked": N_("cerrada"),
    "state.withdrawn": N_("retirada"),
    "sum.title": N_("Para la asamblea: {homes} hogares de este celular"),
    "sum.what": N_(
        "De los hogares donde se preguntó y se supo, en cuántos ya se hace. La municipalidad "
        "cuenta lo mismo cuando aprueba las fichas."
    ),
    "sum.of": N_("{x} de {n}"),
    "tools.title": N_("Más: fichas nuevas, archivo, recibos, PIN"),
    "tools.refreshed": N_("Fichas traídas el {when}."),
    "refresh.now": N_("Trayendo las fichas…"),
    "refresh.failed": N_("No se pudieron traer las fichas. Lo que ya está aquí sirve."),
    "export.title": N_("Llevar las fichas en un archivo"),
    "export.what": N_(
        "Todo lo de este celular, cifrado: solo la municipalidad puede abrirlo. Puede ir en una "
        "memoria o en el celular de un vecino. Entregarlo dos veces no cuenta dos veces."
    ),
    "export.save": N_("Guardar el archivo"),
    "receipts.title": N_("Recibos en archivo"),
    "receipts.what": N_("Lea el archivo de recibos que dio la municipalidad."),
    "receipts.read": N_("Leer recibos"),
    "receipts.not": N_("Ese archivo no es de recibos."),
    "receipts.done": N_("Se leyeron {n} recibos de este celular."),
    "relay.title": N_("Llevar las fichas de un vecino"),
    "relay.what": N_(
        "Reciba el archivo que guardó otro celular. No podrá leerlo: saldrá hacia la municipalidad "
        "junto con lo suyo."
    ),
    "relay.take": N_("Recibir el archivo"),
    "relay.taken": N_("Recibido lo de {label}. Saldrá con la próxima señal."),
    "relay.not": N_("Ese archivo no es de fichas de SISMUNI."),
    "relay.waiting": N_("{n} archivos de vecinos por entregar."),
    "newer.title": N_("Hay una versión nueva de la aplicación"),
    "newer.what": N_("Sus fichas quedan como están."),
    "newer.take": N_("Usar la versión nueva"),
    "fill.optional": N_("(opcional)"),
    "fill.choose": N_("Elija una opción"),
    "fill.required": N_("Falta responder."),
    "fill.unfit": N_("Esta respuesta no puede ser. Revísela."),
    "fill.whole": N_("Va un número entero, sin letras."),
    "fill.number": N_("Va un número, sin letras."),
    "fill.kept": N_("Guardado en este celular, {time}"),
    "fill.full": N_(
        "El celular está lleno y esto no se pudo guardar. Envíe o borre otras cosas y siga: lo "
        "escrito está todavía en la pantalla."
    ),
    "fill.lost": N_("Esto no se pudo guardar en el celular: {error}. No cierre la página."),
    "fill.leave": N_("Volver a mis fichas"),
    "fill.progress": N_("Página {n} de {of}"),
    "fill.nothing": N_("Aquí no hay nada que responder."),
    "fill.next": N_("Siguiente"),
    "fill.back": N_("Atrás"),
    "fill.finish": N_("Revisar y terminar"),
    "fill.language": N_("Lengua"),
    "voice.play": N_("Escuchar"),
    "voice.stop": N_("Parar"),
    "voice.missing": N_("El sonido no está en este celular"),
    "voice.unplayed": N_("Este celular no puede tocarlo"),
    "fill.opening": N_("Abriendo la ficha…"),
    "fill.broken": N_("La ficha no se pudo abrir"),
    "fill.broken.what": N_(
        "Lo que escribió sigue guardado. Traiga las fichas otra vez o guarde un archivo y llévelo "
        "a la municipalidad."
    ),
    "rows.add": N_("Agregar"),
    "rows.remove": N_("Quitar"),
    "rows.sure": N_("¿Quitar «{row}»?"),
    "rows.empty": N_("Sin llenar"),
    "rows.open": N_("Abrir"),
    "rows.ready": N_("Listo"),
    "rows.back": N_("Volver a {title}"),
    "rows.wrong": N_("faltan {n}"),
    "grid.home": N_("Del hogar"),
    "grid.person": N_("Persona {n} · {kind}"),
    "grid.how": N_("¿Cómo se supo?"),
    "grid.note": N_("Anotar"),
    "grid.of": N_("{x} de {n}"),
    "end.wanting": N_("Faltan o no cuadran {n} respuestas"),
    "end.kept": N_("Nada se perdió. Toque cada una para ir a ella."),
    "end.whole": N_("La ficha está completa"),
    "end.send": N_("Al terminar queda guardada y se envía sola cuando haya señal."),
    "end.finish": N_("Terminar la ficha"),
    "end.return": N_("Volver a la ficha"),
    "end.unkept": N_("Todavía no se guardó"),
    "photo.take": N_("Tomar o elegir una foto"),
    "photo.remove": N_("Quitar la foto"),
    "photo.alt": N_("La foto elegida"),
    "photo.unread": N_("Ese archivo no es una foto que se pueda leer."),
    "place.point": N_("Punto"),
    "place.line": N_("Línea"),
    "place.polygon": N_("Área"),
    "place.undo": N_("Deshacer"),
    "place.finish": N_("Terminar"),
    "place.clear": N_("Borrar"),
    "place.locate": N_("Usar mi ubicación"),
    "place.map": N_("Mapa para marcar"),
    "place.tap": N_("Toque el mapa para marcar el lugar."),
    "place.draw": N_("Toque el mapa, un punto tras otro; luego Terminar."),
    "place.done": N_("Marcado."),
    "place.few": N_("Faltan puntos: una línea necesita 2 y un área 3."),
    "place.locating": N_("Buscando la ubicación…"),
    "place.located": N_("Ubicación tomada, con {m} m de margen."),
    "place.denied": N_(
        "El equipo no dio la ubicación. Marque en el mapa o escriba las coordenadas."
    ),
    "place.unread": N_(
        "No se entiende la línea {n}. Escriba latitud y longitud, como -9.93, -76.24."
    ),
    "place.nomap": N_("El mapa no se pudo abrir. Escriba las coordenadas abajo."),
    "place.type": N_("Escribir las coordenadas"),
    "place.typed": N_("Latitud, longitud; una por línea"),
}


def spoken(lang: str) -> dict[str, str]:
    """Every sentence in a language, by its key."""
    return {key: say(lang, sentence) for key, sentence in WORDS.items()}
