"""A process that is started for one request: `python -m imports.children MODULE PARENT`, its channel as its input."""

import sys

from imports.children.answering import serve, take_input

if __name__ == "__main__":
    serve(take_input(), sys.argv[1], int(sys.argv[2]))
