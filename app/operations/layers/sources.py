"""Where the layers have their figures from, and what the size of a symbol says."""

from app.capture.fields import Text

MONITORING = Text("Fichas de monitoreo aprobadas", "Approved monitoring forms")
DIAGNOSES = Text("Diagnósticos comunales aprobados", "Approved communal diagnoses")
SIZED = Text(
    "Cuanto más grande el símbolo, más personas viven ahí.",
    "The larger the symbol, the more people live there.",
)
SIZED_REACH = Text(
    "Cuanto más grande el símbolo, a más personas alcanza.",
    "The larger the symbol, the more people it reaches.",
)
AGREEMENTS = Text("Acuerdos del presupuesto", "Agreements of the budget")
