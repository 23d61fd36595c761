"""What a person writes: scenarios with units, sources and places, read strictly and resolved completely."""

from __future__ import annotations

from ..moved import renamed
from .entities import Base, Bloc, Outcome, SourcedValue
from .events import Act, Change, Conditional, Dated, Event, Hazard
from .explaining import diff, explain, unsourced
from .library import builtin_dir
from .loading import Listed, list_scenarios, load_scenario, load_text
from .problems import Problem, ScenarioError
from .quarters import parse_quarter, quarter_name
from .scenario import Scenario
from .schema import json_schema
from .starter import new_scenario

__all__ = [
    "Act",
    "Base",
    "Bloc",
    "Change",
    "Conditional",
    "Dated",
    "Event",
    "Hazard",
    "Listed",
    "Outcome",
    "Problem",
    "Scenario",
    "ScenarioError",
    "SourcedValue",
    "builtin_dir",
    "diff",
    "explain",
    "json_schema",
    "list_scenarios",
    "load_scenario",
    "load_text",
    "new_scenario",
    "parse_quarter",
    "quarter_name",
    "unsourced",
]

renamed(__name__, {"Figure": "SourcedValue"})
