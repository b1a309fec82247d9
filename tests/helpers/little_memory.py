"""Commands run one after the other where little memory can be had: `python -m` this, calls as JSON.

Each call is a list of words of the command line, or of `review` or `check`, which have none. Prints
for each what it said when it was refused, and at last the memory that all of them took.
"""

import json
import resource
import sys
from pathlib import Path

ADDRESS_SPACE = 3 * 2**30


def _review(image: str, labels: str) -> None:
    from multifidus.tasks.review_image import open_review

    open_review(image, labels)


def _evaluate(table: str) -> None:
    from multifidus.tasks.evaluate import evaluate

    failed = evaluate("mf_es_dixon", "model.pt", table).failed
    raise RuntimeError("; ".join(one.reason for one in failed))


def _check(study: str) -> None:
    from multifidus.tasks.request import open_study
    from multifidus.tasks.study_run import Job, check

    check(Job(Path(study), "p", Path(study).parent / "out"))
    open_study(Path(study), "p")


OWN = {"review": _review, "evaluate": _evaluate, "check": _check}


def _said(words: list[str]) -> str:
    from multifidus.cli import app
    from multifidus.domain.errors import MultifidusError

    try:
        if words[0] in OWN:
            OWN[words[0]](*words[1:])
        else:
            app(words, standalone_mode=False)
    except MultifidusError as error:
        return str(error)
    except RuntimeError as error:
        return str(error)
    except BaseException as error:
        return f"NOT REFUSED BUT {type(error).__name__}: {error}"
    return "NOT REFUSED"


def _peak_mb() -> float:
    """Most memory that this program held; getrusage would tell that of the one that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(peak) / 1024


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    sys.stderr.write(
        json.dumps(
            {
                "said": [_said(words) for words in json.loads(sys.argv[1])],
                "peak_mb": _peak_mb(),
            }
        )
    )
