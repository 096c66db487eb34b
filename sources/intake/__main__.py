"""The process that sources.intake.apart starts: it reads its standard input, and writes JSON."""

import json
import resource
import sys

from sources.intake.apart import MEMORY, SECONDS, to_json


def main(what: str, address: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    # It writes no file.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    from sources.intake.files import read_file, read_pasted
    from sources.intake.reading import Unreadable

    data = sys.stdin.buffer.read()
    try:
        reading = (
            read_pasted(data.decode(), address) if what == "pasted" else read_file(data, address)
        )
        sys.stdout.write(to_json(reading))
    except Unreadable as error:
        sys.stdout.write(json.dumps({"unreadable": str(error)}))


main(*sys.argv[1:])
