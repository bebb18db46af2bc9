"""The engine of the application of the telephone, in a real browser and without a server."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route

from app.capture.fields import Instrument
from app.settings import ROOT

HOME = "http://localhost/"
# Walks a form in its order, as a person does, through the application's own module.
FILL = """async ([xml, files, given]) => {
  const forms = await import('/static/capture/forms.js')
  const form = { xml, hash: String(xml.length), files }
  const root = await forms.blank(form)
  const unoffered = []
  const rows = (range, wanted) => {
    const have = forms.children(range).length
    if (have > wanted.length) range.removeInstances(wanted.length, have - wanted.length)
    for (let n = have; n < wanted.length; n++)
      n ? range.addInstances(n - 1, 1) : range.addInstances()
    wanted.forEach((row, n) => fill(forms.children(range)[n], row))
  }
  const answer = (node, value) => {
    if (node.nodeType === 'select') {
      const offered = new Set(node.currentState.valueOptions.map(each => each.value))
      const wanted = String(value).split(' ')
      unoffered.push(...wanted.filter(each => !offered.has(each)))
      return node.selectType === 'select' ? node.selectValues(wanted) : node.selectValue(wanted[0])
    }
    if (node.nodeType === 'upload')
      return node.setValue(new File(['x'], String(value), { type: 'image/jpeg' }))
    return node.setValue(String(value))
  }
  const fill = (parent, row) => {
    for (const node of forms.children(parent)) {
      const name = forms.nameOf(node)
      if (node.nodeType === 'group') fill(node, row)
      else if (node.nodeType.startsWith('repeat')) rows(node, row[name] ?? [])
      else if (name in row) answer(node, row[name])
    }
  }
  fill(root, given)
  const path = node => node.currentState.reference.split('/').slice(2)
    .filter(part => !part.startsWith('s_'))
    .map(part => part.replace(/\\[(\\d+)\\]/, (_, n) => `[${n - 1}]`)).join('.')
  const faults = forms.faults(root).map(({ node, violation }) => [violation.condition, path(node)])
  return { xml: forms.xmlOf(root), faults, unoffered }
}"""


@dataclass(frozen=True, slots=True)
class Walked:
    """What came of one case: every fault as (required or constraint, path), and the document."""

    faults: tuple[tuple[str, str], ...]
    unoffered: tuple[str, ...]
    xml: bytes


def _file(route: Route) -> None:
    path = ROOT / "web" / route.request.url.removeprefix(HOME)
    if path.is_file():
        route.fulfill(path=path)
    else:
        route.fulfill(body="<!doctype html>", content_type="text/html")


class WebEngine:
    """One page with the engine in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.route(f"{HOME}**", _file)
        page.goto(HOME)

    def fill(self, form: Path, instrument: Instrument, answers: Mapping[str, Any]) -> Walked:
        """Fill a published form as it stands in its folder."""
        files = {
            each.name: {"md5": "", "text": each.read_text(encoding="utf-8")}
            for each in form.parent.glob("*.csv")
        }
        found = self.page.evaluate(FILL, [form.read_text(encoding="utf-8"), files, dict(answers)])
        faults = tuple((condition, path) for condition, path in found["faults"])
        return Walked(faults, tuple(found["unoffered"]), found["xml"].encode())
