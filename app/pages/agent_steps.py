"""What happens to the register beside enrolment: objections, trainings, help to enrol."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.errors import Invalid
from app.http.gate import FormDep, StoreDep
from app.operations import agent_lists, enrolment_help, processes, trainings
from app.operations.agent_lists import Against
from app.operations.enrolment_help import Offer
from app.pages import shell, wording
from app.pages.agents import BASE, Number, PublishDep, WriteDep, number_of
from app.pages.language import N_
from app.pages.process import Year, a_day
from app.pages.process_lines import agents_href

router = APIRouter()


@router.post(BASE + "/impugnaciones")
def object_(
    request: Request, anio: Year, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """Note an objection that arrived."""
    to, today = f"{agents_href(passage.where, anio)}#impugnaciones", wording.today()
    given = Against(
        str(form.get("text", "")),
        str(form.get("by_whom", "")),
        a_day(form.get("on_day"), "on_day") or today,
        number_of(form.get("agent")),
    )
    with store.writing() as session:
        row = processes.held(session, passage.where, anio)
        agent_lists.object_(session, passage.author, passage.where, row, given, today)
    return shell.redirect(request, passage, to, N_("La impugnación quedó anotada."))


@router.post(BASE + "/impugnaciones/{numero}")
def decide(
    request: Request,
    anio: Year,
    numero: Number,
    passage: PublishDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Answer an objection."""
    to = f"{agents_href(passage.where, anio)}#impugnaciones"
    if (verdict := str(form.get("upheld", ""))) not in ("yes", "no"):
        raise Invalid("Falta decir si se acepta.", remedy="Elija una de las dos.")
    with store.writing() as session:
        row = processes.held(session, passage.where, anio)
        agent_lists.decide(
            *(session, passage.author, passage.where, row, (numero, verdict == "yes")),
            str(form.get("answer", "")),
            wording.today(),
        )
    return shell.redirect(request, passage, to, N_("La respuesta quedó anotada."))


@router.post(BASE + "/capacitaciones")
def train(
    request: Request, anio: Year, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """Note a training that was held."""
    to, today = f"{agents_href(passage.where, anio)}#capacitaciones", wording.today()
    held_on = a_day(form.get("held_on"), "held_on") or today
    about = (str(form.get("title", "")), held_on, str(form.get("venue", "")))
    with store.writing() as session:
        row = processes.held(session, passage.where, anio)
        trainings.hold(session, passage.author, passage.where, row, about, today)
    note = N_("La capacitación quedó anotada. Ahora diga quién asistió.")
    return shell.redirect(request, passage, to, note)


@router.post(BASE + "/capacitaciones/{uuid}")
def attend(
    request: Request, anio: Year, uuid: UUID, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """Say who came to a training."""
    to = f"{agents_href(passage.where, anio)}#capacitaciones"
    numbers = [n for value in form.getlist("agent") if (n := number_of(value)) is not None]
    with store.writing() as session:
        row = processes.held(session, passage.where, anio)
        training = trainings.find(session, row, uuid)
        came = trainings.attend(session, passage.author, passage.where, row, training, numbers)
    return shell.redirect(request, passage, to, N_("Asistencia guardada: {n}."), n=came)


@router.post(BASE + "/ayudas")
def offer(
    request: Request, anio: Year, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """Offer help to enrol."""
    to = f"{agents_href(passage.where, anio)}#ayudas"
    given = Offer(
        str(form.get("whom", "")), str(form.get("community", "")), bool(form.get("womens"))
    )
    with store.writing() as session:
        row = processes.held(session, passage.where, anio)
        enrolment_help.offer(session, passage.author, passage.where, row, given, wording.today())
    return shell.redirect(request, passage, to, N_("La ayuda está en la lista: alguien la toma."))


@router.post(BASE + "/ayudas/{uuid}")
def help_(
    request: Request, anio: Year, uuid: UUID, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """Take an offer upon oneself, or close it with what came of it."""
    to = f"{agents_href(passage.where, anio)}#ayudas"
    closing = str(form.get("act", "")) == "close"
    with store.writing() as session:
        row = processes.held(session, passage.where, anio)
        if closing:
            about = (wording.today(), str(form.get("outcome", "")))
            enrolment_help.close(session, passage.author, passage.where, row, uuid, about)
        else:
            enrolment_help.take(session, passage.author, passage.where, row, uuid)
    note = N_("La ayuda quedó cerrada.") if closing else N_("La ayuda es suya.")
    return shell.redirect(request, passage, to, note)
