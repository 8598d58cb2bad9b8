"""China EMS sends no codes: its remarks, in Chinese or in the postal union's English, are read by the shared books."""

from adapters.feeds.bilingual import CHINESE_OR_ENGLISH
from adapters.feeds.meanings import mapping_version

BOOK = CHINESE_OR_ENGLISH

MAPPING_VERSION = mapping_version("ems", phrasebook=BOOK)
