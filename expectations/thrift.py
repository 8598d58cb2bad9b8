"""What Great Expectations does at every batch to no purpose here, left out. Verdicts stay the same; tests compare them.

Two things cost a validation half of its time and, with large batches, a third of its memory: each expectation makes its
configuration anew whenever one of its many parts asks for it, and the values of the whole batch are hashed for a
fingerprint that nobody reads. Nothing else of the library is touched.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

from great_expectations.execution_engine import pandas_execution_engine
from great_expectations.expectations.expectation import Expectation

_configured = Expectation.configuration.fget


@contextmanager
def thrift() -> Iterator[None]:
    """Leave both out for as long as the block lasts. One block at a time: the caller holds a lock."""
    made: dict[int, tuple[Any, Any]] = {}

    def configuration(expectation: Any) -> Any:
        if id(expectation) not in made:
            made[id(expectation)] = (expectation, _configured(expectation))  # kept, so that its id stays its own
        copied = copy(made[id(expectation)][1])
        copied.kwargs = copy(copied.kwargs)  # validation puts the parameters into what it is given
        return copied

    usual = Expectation.configuration, pandas_execution_engine.hash_pandas_dataframe
    Expectation.configuration = property(configuration)
    pandas_execution_engine.hash_pandas_dataframe = lambda _frame: ""
    try:
        yield
    finally:
        Expectation.configuration, pandas_execution_engine.hash_pandas_dataframe = usual
