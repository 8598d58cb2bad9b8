"""A gate's form as Prefect wants it: a RunInput made from a plain schema, with the case as its description."""

from functools import cache
from typing import Any, TypeVar

from prefect.input import RunInput
from prefect.input.run_input import Keyset, keyset_from_base_key
from pydantic import BaseModel

F = TypeVar("F", bound=BaseModel)


@cache
def _form_class(schema: type[BaseModel]) -> type[RunInput]:
    return type(schema.__name__, (RunInput, schema), {"__doc__": schema.__doc__})


def read_answer(schema: type[F], value: object) -> F:
    """Read an answer by the form of `schema`.

    Raises:
        ValidationError: it is none.
    """
    return schema.model_validate(_form_class(schema).model_validate(value).model_dump())


def form_for(schema: type[BaseModel], *, description: str) -> type[RunInput]:
    """Make the form of `schema` that shows `description` (markdown) above its fields."""
    form: type[RunInput] = _form_class(schema).with_initial_data(description=description)
    return form


def keyset_of(key: str) -> Keyset:
    """Give the names under which Prefect stores the form, its description and its answer for a suspended run."""
    return keyset_from_base_key(f"suspended-{key}")


def form_parts(schema: type[BaseModel], *, key: str, description: str) -> dict[str, Any]:
    """Give what has to be stored for the form, by name."""
    keyset = keyset_of(key)
    return {keyset["schema"]: _form_class(schema).model_json_schema(), keyset["description"]: description}
