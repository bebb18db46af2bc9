"""The file of answers as columns of repeated texts, read as fast as a machine can."""

import csv

import numpy as np
import pandas as pd

from app.errors import Malformed, UnsupportedFile
from app.gis import csv_rows
from app.gis.files import Kind, Upload
from app.gis.tables import read_table
from app.operations.imports.answer_lookups import FIELDS, NEEDED
from app.operations.imports.asked import Asked, Found
from app.operations.imports.columns import mapped


def frame_of(upload: Upload, asked: Asked, found: Found) -> tuple[pd.DataFrame, dict[str, str]]:
    """The file as columns of repeated texts; its index is the row of the file."""
    if upload.kind in (Kind.CSV, Kind.CSV_GZIP):
        try:
            frame = _fast(upload, asked, found)
        except (pd.errors.ParserError, UnicodeError, csv.Error):
            frame = _slow(upload, asked, found)  # it says which row is broken
    elif upload.kind is Kind.XLSX:
        frame = _slow(upload, asked, found)
    else:
        raise UnsupportedFile(
            "{name} es una capa y aquí se espera una tabla.",
            remedy="Suba un CSV o un XLSX.",
            name=upload.name,
        )
    return frame, mapped(list(frame.columns), FIELDS, asked, NEEDED)


def _fast(upload: Upload, asked: Asked, found: Found) -> pd.DataFrame:
    source = csv_rows.looked_at(upload.path, upload.name, asked.limits.unpacked_bytes, found)
    frame = pd.read_csv(
        upload.path,
        sep=source.delimiter,
        encoding=source.encoding,
        encoding_errors="replace",
        compression="gzip" if source.packed else None,
        skiprows=source.skip_lines,
        dtype="category",
        keep_default_na=False,
        skip_blank_lines=False,
        index_col=False,
        low_memory=False,
    )
    frame.columns = [" ".join(str(name).split()) for name in frame.columns]
    if frame.columns.duplicated().any():
        raise Malformed(
            "{name} repite una columna.", remedy="Cambie uno de los nombres.", name=upload.name
        )
    frame.index = frame.index + 2 + source.skip_lines
    blank = np.ones(len(frame), dtype=bool)
    for name in frame.columns:
        texts = frame[name].cat
        blank &= np.isin(texts.codes, [-1, *np.flatnonzero(texts.categories == "")])
    return frame[~blank] if blank.any() else frame


def _slow(upload: Upload, asked: Asked, found: Found) -> pd.DataFrame:
    table = read_table(upload, asked.limits)
    found.take(table.notices, table.errors)
    frame = pd.DataFrame(table.rows, columns=list(table.columns), index=table.row_numbers)
    return frame.astype("category")
