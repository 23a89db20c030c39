"""The client of Second Source: submits claims, waits for verdicts, records statements, follows changes.

```python
import secondsource

client = secondsource.Client("http://127.0.0.1:8080")
claim = client.verify("Norstad will open the bridge")
print(claim["verdict"]["label"])
```

It needs `requests` and nothing else of this project.
"""

from secondsource.client import Client
from secondsource.errors import (
    CheckFailedError,
    ClaimPendingError,
    FieldProblem,
    Problem,
    ProblemError,
    SecondSourceError,
    UnexpectedAnswerError,
    UnreachableError,
)
from secondsource.feed import Feed
from secondsource.resources import (
    Change,
    Claim,
    Evidence,
    NewClaim,
    NewConfirmation,
    NewSource,
    NewStatement,
    Source,
    Statement,
    Verdict,
)

__all__ = [
    "Change",
    "CheckFailedError",
    "Claim",
    "ClaimPendingError",
    "Client",
    "Evidence",
    "Feed",
    "FieldProblem",
    "NewClaim",
    "NewConfirmation",
    "NewSource",
    "NewStatement",
    "Problem",
    "ProblemError",
    "SecondSourceError",
    "Source",
    "Statement",
    "UnexpectedAnswerError",
    "UnreachableError",
    "Verdict",
]
