"""Types of the records that phases read and write. Placeholders until generated."""
from typing import Any
Run = Inputs = Places = Rows = Row = Tables = Events = Changes = Acts = Standings = Code = Happenings = Any
Table = Outcomes = Series = Cells = Origins = Repeals = Any
