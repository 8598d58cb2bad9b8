"""Great Expectations itself, imported in the one way that is safe here. No expectation is declared in this module.

The import costs seconds and some 200 MB, so nothing that runs in a worker may import this module: `process` is for
the worker, `child` is where this one is loaded.
"""

import warnings

with warnings.catch_warnings():
    # GX imports two modules of the standard library that Python deprecates; nothing on this side can change that.
    warnings.filterwarnings(
        "ignore", message=r"module 'sre_(constants|parse)' is deprecated", category=DeprecationWarning
    )
    import great_expectations
    import great_expectations.expectations as gxe
    from great_expectations.core import (
        ExpectationSuiteValidationResult,
        ExpectationValidationResult,
    )
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.expectations.row_conditions import Column
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView
    from great_expectations.validator.v1_validator import Validator

__all__ = [
    "Column",
    "DataContextConfig",
    "DefaultJinjaPageView",
    "ExpectationConfiguration",
    "ExpectationSuiteValidationResult",
    "ExpectationValidationResult",
    "InMemoryStoreBackendDefaults",
    "ProgressBarsConfig",
    "RunIdentifier",
    "ValidationResultsPageRenderer",
    "Validator",
    "great_expectations",
    "gxe",
]
