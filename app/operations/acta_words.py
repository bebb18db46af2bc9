"""The words of actas, in Spanish: what each code is called on a paper of the town hall."""

MONTHS = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "setiembre",
    "octubre",
    "noviembre",
    "diciembre",
]
RULES = {
    "greedy": "se baja de la propuesta más votada a la menos votada; lo que no cabe se pasa y se"
    " prueba la siguiente, hasta el final",
    "greedy-stop": "se baja de la propuesta más votada a la menos votada, y la cuenta termina en"
    " la primera que no cabe",
    "mes": "partes iguales: cada cédula tiene la misma parte del dinero y paga lo que marcó",
    "mes-add1": "partes iguales que suben paso a paso mientras lo elegido alcance (Add1)",
    "mes-add1u": "partes iguales que suben paso a paso (Add1) y, con lo que sobra, por votos (U)",
    "mes-epsilon": "partes iguales, y lo que sobra lo completan todas las cédulas",
    "phragmen": "Phragmén por turnos: el dinero llega a todas las cédulas a la misma velocidad y"
    " cada grupo compra apenas junta el costo",
    "max-welfare": "el conjunto de propuestas que cabe y suma más utilidad",
}
KINDS = {
    "approval": "se marcan de {least} a {most} propuestas",
    "points": "se reparten {total} puntos entre {most} propuestas como máximo",
    "order": "se ponen en orden hasta {most} propuestas",
}
MODES = {
    "paper": "cédulas de papel, digitadas una por una por dos personas",
    "totals": "hoja de conteo de la asamblea, con totales por propuesta",
    "plans": "el orden de los planes comunales aprobados",
    "merit": "el puntaje de la evaluación técnica, redondeado a puntos enteros",
    "file": "cédulas cargadas de un archivo .pb",
}
TIES = {
    "support": "más apoyo",
    "votes": "más cédulas",
    "cost": "menor costo",
    "people": "más personas",
    "id": "número menor",
    "lot": "sorteo público",
}
