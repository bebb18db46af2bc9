"""Names of places as they sound: one key for every spelling of the same name.

A place of the Andes or the Amazon is written by whoever wrote the list: Wakaybamba and
Huacaybamba, Qillqa and Quillca, Jatun and Hatun. The key follows what the spellings of
Quechua and Spanish do with one sound (the five-vowel and three-vowel writings of Quechua of
Peru; RM 1218-85-ED made three vowels official): o is u and e is i, hu, gu and w before a vowel
are one, so are c, k, q, qu and their breathed or burst kinds, s, z and soft c, b and v; h and
j at the beginning are silent. The key is for finding, never for showing: it brings together
more than it should, and a person decides.
"""

import re
import unicodedata

_SMALL = frozenset({"de", "del", "la", "las", "el", "los", "y", "da", "do"})
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"['’`´]", ""),
        (r"(?:hu|gu|gü|bu|w)(?=[aeio])", "w"),
        (r"qu(?=[ei])|[qk]h?|cc|ck|c(?![eih])", "k"),
        (r"gu(?=[ei])", "g"),
        (r"c(?=[ei])|z|ss", "s"),
        (r"([pt])h", r"\1"),
        (r"v", "b"),
        (r"\b[hj]", ""),
        (r"(?<=[aeiou])[hj]", "h"),
        (r"y(?![aeiou])", "i"),
        (r"o", "u"),
        (r"e", "i"),
        (r"([a-zñ])\1+", r"\1"),
    )
)
_WORD = re.compile(r"[^a-zñ0-9'’`´ ]")


def sound(name: str) -> str:
    """The key of a name: equal for spellings that sound alike; words keep their order.

    ``ll`` and ``rr`` become one letter as all doubles do; articles and what is in brackets are
    left out, but for a name that has nothing else.
    """
    kept = re.sub(r"\([^)]*\)|/.*", " ", name.casefold()).strip() or name.casefold()
    kept = kept.replace("ñ", "\0")
    plain = "".join(c for c in unicodedata.normalize("NFKD", kept) if not unicodedata.combining(c))
    words = _WORD.sub(" ", plain.replace("\0", "ñ")).split()
    # Two l are a letter of their own: they must not melt into one as other doubles do.
    text = " ".join([word for word in words if word not in _SMALL] or words).replace("ll", "y")
    for pattern, to in _RULES:
        text = pattern.sub(to, text)
    return text
