"""The landing page for people: what this is, what there is, how to open it in QGIS."""

from fastapi import Response
from jinja2 import Environment

from app.ogc.roots import HTML, Root, headers, language

_PAGE = Environment(autoescape=True).from_string(
    """<!doctype html><html lang="{{ lang }}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title><link rel="stylesheet" href="/static/css/sismuni.css"></head><body>
<main id="contenido"><h1>{{ title }}</h1><p>{{ about }}</p>
<h2>{{ words.open }}</h2><ol>
<li>{{ words.menu }}</li><li>{{ words.address }} <code>{{ at }}</code></li>
<li>{{ words.account }}</li><li>{{ words.tiles }} <code>{{ tiles }}</code></li></ol>
<p>{{ words.shell }} <code>ogrinfo "OAPIF:{{ at }}"</code></p>
<h2>{{ words.what }}</h2>
<ul>{% for each in collections %}
<li><a href="{{ each.href }}">{{ each.title }}</a> <code>{{ each.code }}</code></li>
{% endfor %}</ul>
<p>{{ words.machines }} <a href="{{ at }}/api">OpenAPI</a>,
<a href="{{ at }}/conformance">{{ words.conformance }}</a>.</p></main></body></html>"""
)
_SPANISH = {
    "open": "Cómo abrirlo en QGIS",
    "menu": "Capa › Añadir capa › Añadir capa WFS / OGC API - Features › Nueva.",
    "address": "Como dirección escriba:",
    "account": "Sin cuenta se ve lo público. Con cuenta: en «Autenticación», Básica, su usuario y, "
    "como contraseña, la suya o mejor una llave de «Mi cuenta».",
    "tiles": "Como teselas vectoriales (Capa › Añadir capa de teselas vectoriales):",
    "shell": "En una consola:",
    "what": "Lo que hay aquí para usted",
    "machines": "Para programas:",
    "conformance": "lo que se cumple de los estándares OGC",
}
_ENGLISH = {
    "open": "How to open it in QGIS",
    "menu": "Layer › Add Layer › Add WFS / OGC API - Features Layer › New.",
    "address": "As its URL write:",
    "account": "Without an account you see what is public. With one: under “Authentication”, "
    "Basic, your user name and, as password, yours or better a key of “My account”.",
    "tiles": "As vector tiles (Layer › Add Vector Tile Layer):",
    "shell": "In a shell:",
    "what": "What there is here for you",
    "machines": "For programs:",
    "conformance": "what is held of the OGC standards",
}


def answer(root: Root) -> Response:
    """The page."""
    listed = [
        {"title": each.title, "code": each.code, "href": f"{root.of(each)}?f=json"}
        for each in root.shelf.listed()
    ]
    body = _PAGE.render(
        lang=language(root, "es", "en"),
        title=root.shelf.title,
        about=root.shelf.about,
        at=root.at,
        tiles=f"{root.at}/collections/…/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}",
        words=_ENGLISH if language(root, "es", "en") == "en" else _SPANISH,
        collections=listed,
    )
    return Response(body, headers=headers(root), media_type=HTML)
