"""Mutations of CSV and of NDJSON: cells, rows, quotes, headers and line ends."""

import json
from random import Random

from fuzzing import nonsense
from fuzzing.documents import Mutant, mutated_json

ROWS_MAX = 400


def mutated_csv(body: bytes, rng: Random) -> Mutant:
    """Change cells, rows and now and then the header; every line is a row where no quote stands."""
    rows = [line.split(",") for line in body.decode().splitlines()]
    for _ in range(rng.choice((1, 2, 4))):
        _change_rows(rows, rng)
    if rng.random() < 0.15:
        _change_header(rows, rng)
    separator = rng.choice((",",) * 8 + (";", "\t"))
    end = rng.choice(("\n",) * 6 + ("\r\n", "\r", "\n\n"))
    text = end.join(separator.join(row) for row in rows) + rng.choice((end, "", end * 2))
    return Mutant((rng.choice(("",) * 8 + ("\ufeff", "\n")) + text).encode("utf-8", "replace"))


def _change_rows(rows: list[list[str]], rng: Random) -> None:
    place = rng.randrange(1, len(rows)) if len(rows) > 1 else 0
    row = rows[place]
    match rng.randrange(8):
        case 0 if row:
            del row[rng.randrange(len(row))]
        case 1:
            row.insert(rng.randrange(len(row) + 1), _cell(rng))
        case 2 if row:
            cell = rng.randrange(len(row))
            row[cell] = rng.choice(
                (f'"{row[cell]}', f'{row[cell]}"', f'"{row[cell]}\n{row[cell]}"', '"a""b"', '"', '""', "'")
            )
        case 3:
            rows[1:] = (rows[1:] * rng.choice((2, 10, 100)))[:ROWS_MAX]
        case 4 if place:
            del rows[place]
        case 5:
            rows.insert(place + 1, [rng.choice(("", " ", "#", "\0"))])
        case _ if row and place:
            row[rng.randrange(len(row))] = _cell(rng)


def _cell(rng: Random) -> str:
    return rng.choice(nonsense.TIMES) if rng.random() < 0.3 else str(nonsense.value(rng))


def _change_header(rows: list[list[str]], rng: Random) -> None:
    header = rows[0]
    match rng.randrange(5):
        case 0:
            del header[rng.randrange(len(header))]
        case 1:
            header.append(rng.choice(("waybill", "more", "", "\0")))
        case 2:
            header[rng.randrange(len(header))] = rng.choice(
                ("Waybill", " event ", "occured_at", '"event"', "", "长" * 100)
            )
        case 3:
            rng.shuffle(header)
        case _:
            del rows[0]


def mutated_ndjson(body: bytes, rng: Random) -> Mutant:
    """Change some lines as documents, some as text, and repeat, cut and part them."""
    lines = [line.encode() for line in body.decode().splitlines()]
    if rng.random() < 0.2:
        lines = (lines * 100)[:ROWS_MAX]
    for _ in range(rng.choice((1, 2, 4))):
        place = rng.randrange(len(lines))
        match rng.randrange(6):
            case 0:
                lines[place] = lines[place][: rng.randrange(len(lines[place]) + 1)]
            case 1:
                lines[place] += rng.choice((b" ", b"\r", b"{}", b",", b"\0", lines[0], b"\x0b", "\u2028".encode()))
            case 2:
                lines[place] = json.dumps(nonsense.value(rng)).encode()
            case 3:
                lines.insert(place, rng.choice((b"", b" ", b"\xe3\x80\x80", b"null", b"[]", b"\xff")))
            case _:
                lines[place] = _changed_line(lines[place], rng)
    return Mutant(b"\n".join(lines) + rng.choice((b"\n", b"", b"\n\n", b"\r\n")))


def _changed_line(line: bytes, rng: Random) -> bytes:
    try:
        changed = mutated_json(line, rng).body
    except ValueError:
        return line + b"x"
    return changed.replace(b"\n", b"")
