"""How a command ends other than well: the exceptions that carry an exit code and one line.

Belongs here: the convention. A command raises these and prints no error by itself.
"""

FAILED = 1
WRONG_USAGE = 2


class Failure(Exception):
    """The command could not do its work; the message is one line that names what is wrong and where."""

    exit_code = FAILED


class WrongUsage(Failure):
    """The command was called wrongly, or a file that it was given cannot be read."""

    exit_code = WRONG_USAGE
