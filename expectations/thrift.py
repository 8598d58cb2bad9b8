"""What Great Expectations does at every batch to no purpose here, left out. Verdicts stay the same; tests compare them.

Three things cost a validation most of its time and, with large batches, a third of its memory: each expectation makes
its configuration anew whenever one of its many parts asks for it, the values of the whole batch are hashed for a
fingerprint that nobody reads, and what names a metric is worked out again and again. Nothing else of the library is
touched.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

from great_expectations.core.id_dict import IDDict
from great_expectations.execution_engine import pandas_execution_engine
from great_expectations.expectations.expectation import Expectation

_configured = Expectation.configuration.fget
_named = IDDict.to_id


@contextmanager
def thrift() -> Iterator[None]:
    """Leave them out for as long as the block lasts. One block at a time: the caller holds a lock."""
    made: dict[int, tuple[Any, Any]] = {}

    def configuration(expectation: Any) -> Any:
        if id(expectation) not in made:
            made[id(expectation)] = (expectation, _configured(expectation))  # kept, so that its id stays its own
        first = made[id(expectation)][1]
        copied = object.__new__(type(first))
        copied.__dict__.update(first.__dict__)  # what `copy` does, in a third of the time
        copied.kwargs = copy(first.kwargs)  # validation puts the parameters into what it is given
        return copied

    names: dict[tuple[type, str], Any] = {}

    def to_id(metric: Any, *keys: Any, **chosen: Any) -> Any:
        if keys or chosen:
            return _named(metric, *keys, **chosen)
        told = type(metric), repr(metric)
        if told not in names:
            names[told] = _named(metric)
        return names[told]

    usual = Expectation.configuration, pandas_execution_engine.hash_pandas_dataframe
    Expectation.configuration = property(configuration)
    IDDict.to_id = to_id
    pandas_execution_engine.hash_pandas_dataframe = lambda _frame: ""
    try:
        yield
    finally:
        Expectation.configuration, pandas_execution_engine.hash_pandas_dataframe = usual
        IDDict.to_id = _named
