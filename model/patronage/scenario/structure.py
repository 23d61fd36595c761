"""What a scenario file may contain: one tree from which files are checked and the JSON Schema is written.

Numbers come from the catalogue; the few that no field of the model holds (rents, dates, acts) are declared here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points

from .catalogue import BY_NAME, FIELDS, INF, INSTRUMENTS, MODEL, OURS, Field

UNGA = "unga"
"""The first position axis: the ideal point in the UN General Assembly."""
ALL_STRATEGIES = ("portfolio", "sphere", "client_state", "mixture", "denial_first", "tit_for_tat", "retrench")
ALL_POLICIES = ("auctioneer", "hedger", "bandwagoner", "balancer", "isolationist")
VOTES = ("consensus", "majority", "leader", "group_decision")
ALL_INTERFERENCES = ("revenge", "none", "retain", "leverage")
ALL_SUPPORTS = ("plain", "repression", "linkage")
REGIMES = ("elected", "party", "personal", "military")
USUAL = {
    "strategy": "portfolio", "policy": "auctioneer", "vote": "consensus", "interference": "revenge", "support": "plain",
    "regime": "personal",
}  # fmt: skip
"""Choices and what they are where a scenario says nothing."""
PATRON_CHOICES, CLIENT_CHOICES = ("strategy", "interference"), ("policy", "support", "regime")
"""Whose they are; the vote is a bloc's."""
REDUCTIONS = ("last", "first", "mean", "sum", "min", "max", "any", "all", "quarters")
"""How a series becomes one number; `quarters` counts those in which the expression is true."""

AT_START_ONLY = frozenset({
    "gdp", "real_gdp", "position", "other_debt", "legitimacy0", "threat0", "budget", "surplus", "patron_gdp", "patron_real_gdp",
    "arms0", "capital0",
    "debt0", "presence0", "aid", "sites", "delivery_reputation0", "regime", *(f"arms_year_y{i}" for i in range(1, 11)),
})  # fmt: skip
"""Fields that set up the world and are not read again, so that no event may set them: it would do nothing."""

WHOLE = frozenset({"in_kind", "bloc_open", "bloc_consent", "bloc_force", "influence_pure", "kind_mission", "kind_exclusive", "again"})
"""Fields that are off or on, besides the mechanisms."""

SHARES_OF_GDP = frozenset({"kind_market", "trade", "other_trade", "access", "remittances", "act_cut", "act_loss"})
"""Fields that may be written in `% of GDP`."""


@cache
def strategies() -> tuple[str, ...]:
    """Names of patron strategies, those that installed packages register included."""
    return (*ALL_STRATEGIES, *_registered("patronage.strategies", ALL_STRATEGIES))


@cache
def policies() -> tuple[str, ...]:
    """Names of client policies, those that installed packages register included."""
    return (*ALL_POLICIES, *_registered("patronage.policies", ALL_POLICIES))


@cache
def interferences() -> tuple[str, ...]:
    """Names of theories of interference, those that installed packages register included."""
    return (*ALL_INTERFERENCES, *_registered("patronage.interference", ALL_INTERFERENCES))


@cache
def supports() -> tuple[str, ...]:
    """Names of theories of what a patron's support does to a regime, those that installed packages register included."""
    return (*ALL_SUPPORTS, *_registered("patronage.support", ALL_SUPPORTS))


def _registered(group: str, known: tuple[str, ...]) -> list[str]:
    return sorted({e.name for e in entry_points(group=group)} - set(known))


@dataclass(frozen=True)
class Leaf:
    """Something written at one place."""

    kind: str
    """figure, size, text, choice, quarter, duration, code, codes, names, condition, expression, setting, extends, builtin."""
    doc: str
    field: Field | None = None
    """For figures and durations."""
    words: tuple[str, ...] = ()
    """For choices."""
    choice: str = ""
    """Name of a choice that events may set."""
    roles: tuple[str, ...] = ()
    """Whom codes may name."""


@dataclass
class Block:
    """Something written below a key."""

    doc: str
    keys: dict[str, Leaf | Block] = field(default_factory=dict)
    each: Leaf | Block | None = None
    """What stands below every other key, if others are allowed."""
    role: str = ""
    """What those other keys name: state, patron, client, actor, bloc, axis, orientation, kind, name, path."""
    required: tuple[str, ...] = ()
    table: tuple[str, ...] = ()
    """Key columns of a table that may stand here."""
    plain: Leaf | None = None
    """What a figure in place of the block would be: that of a base."""
    many: bool = False
    """Whether a list of such blocks may stand here."""


def pseudo(
    name: str, unit: str, low: float, high: float, doc: str, default: float | None = None, inside: str = ""
) -> Field:
    """A number that is no input of every run, declared like one."""
    return Field(name, "", "", unit, default, low, high, None, OURS if default is not None else MODEL, doc, inside)


MOST_QUARTERS = 400
_DURATION = pseudo("duration", "quarter", 1, MOST_QUARTERS, "a number of quarters")
HAZARD = pseudo(
    "hazard", "%/yr", 0, 100, "chance a year that the event happens while it is not in force", inside="1/yr"
)
AREA_LONGITUDE = pseudo("area_longitude", "1", -180, 180, "a point inside it, degrees east")
AREA_LATITUDE = pseudo("area_latitude", "1", -90, 90, "a point inside it, degrees north")
ACCESS = Field(
    "access", "ties.{patron}.{client}.access", "PC", "%", 0.0, 0, 1000, None, MODEL,
    "trade and remittances together: read as trade, less the remittances of the start", "1",
)  # fmt: skip
ARMS_YEARS = Field(
    "arms_years", "ties.{patron}.{client}.arms_years", "PC", "TIV", 0.0, 0, 1e7, None, MODEL,
    "major arms of the ten years to the start, spread evenly: a tenth for each of arms_year",
)  # fmt: skip
SHORT = (ACCESS, ARMS_YEARS)
"""What a file may say in place of other figures (`shorthands`)."""
BASE_RENT = pseudo("base_rent", "MUSD/yr", -INF, INF, "rent at the start; negative: the host pays", default=0.0)
AGAIN = pseudo(
    "again", "1", 0, 1, "whether it may happen again, once its force has ended and its condition has been false", default=0.0
)
BASE_TERM = pseudo(
    "base_term", "quarter", 0, MOST_QUARTERS, "quarters of the term left at the start, the first one included"
)


@dataclass(frozen=True)
class ActKind:
    """What an act names and states."""

    doc: str
    actors: dict[str, str]
    """Key → role of the actor."""
    numbers: dict[str, Field] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    optional: dict[str, str] = field(default_factory=dict)
    """Further actors, who may be named."""


_PAIR = {"from": "patron", "to": "client"}
_CONTRACT = {"holder": "holder", "host": "client"}
_KIND = {"kind": "kind"}
_AMOUNT = pseudo("act_amount", "MUSD", 0, INF, "the amount")
_PACKAGE = {k: pseudo(f"act_{k}", "MUSD", 0, INF, f"{k.replace('_', ' ')} in the package, at face value") for k in INSTRUMENTS}
ACTS: dict[str, ActKind] = {
    "transfer": ActKind("surplus equipment is handed over, at transfer value", _PAIR, {"amount": _AMOUNT}, ("amount",)),
    "promise": ActKind("a package is promised, and delivered like any other", _PAIR, _PACKAGE),
    "offer": ActKind(
        "a package is offered for the refusal of a contract, which is reviewed",
        _PAIR | {"against": "patron"}, _PACKAGE, optional=_KIND,
    ),
    "forgive": ActKind("debt is forgiven", _PAIR, {"amount": _AMOUNT}, ("amount",)),
    "overthrow": ActKind("the regime falls", {"state": "client"}),
    "turnover": ActKind("power changes hands by the constitution", {"state": "client"}),
    "review": ActKind("the contract is reviewed, or sought, even behind closed doors", _CONTRACT, optional=_KIND),
    "evict": ActKind("the host gives notice; the holder may bid again while it runs", _CONTRACT, optional=_KIND),
    "open_base": ActKind("a contract opens", _CONTRACT, {
        "rent": pseudo("act_rent", "MUSD/yr", -INF, INF, "rent; negative: the host pays"),
        "term": pseudo("act_term", "quarter", 1, MOST_QUARTERS, "length of the contract"),
    }, ("rent",), _KIND),
    "close_base": ActKind("the contract closes at once, whatever is bid", _CONTRACT, optional=_KIND),
    "host_demand": ActKind("the host demands a multiple of the rent, or the contract closes", _CONTRACT, {
        "multiple": pseudo("act_multiple", "1", 0, 100, "multiple of the present rent; of a rent that the host pays, its part"),
    }, ("multiple",), _KIND),
    "merge": ActKind("the sites of a contract come under one agreement", _CONTRACT, {
        "term": pseudo("act_term", "quarter", 1, MOST_QUARTERS, "length of the one contract"),
    }, ("term",), _KIND),
    "ban": ActKind(
        "the host is closed to the holder while the event is in force, without `for` for good; all its contracts end", _CONTRACT
    ),
    "admit": ActKind("the host is open to the holder again", _CONTRACT),
    "coup": ActKind("the army takes power", {"state": "client"}),
    "scandal": ActKind("the public changes its mind about a patron", _PAIR, {
        "change": pseudo("act_change", "1", -2, 2, "change of opinion, whose range is -1 to 1"),
    }, ("change",)),
    "campaign": ActKind(
        "the patron campaigns against the regime, or `against` a rival in public opinion", _PAIR, optional={"against": "patron"}
    ),
    "sanction": ActKind("a patron, or a bloc (which states the loss), sanctions the client", {"from": "sender", "to": "client"}, {
        "cut": pseudo("act_cut", "1", 0, 1, "part of market access that is cut"),
        "loss": pseudo("act_loss", "1", 0, 1, "loss to the client, as a share of its GDP"),
        "quarters": pseudo("act_quarters", "quarter", 1, MOST_QUARTERS, "how long, if the client defies it"),
    }),
    "join": ActKind("the client joins the bloc", {"bloc": "bloc", "state": "client"}),
    "leave": ActKind("the client leaves the bloc", {"bloc": "bloc", "state": "client"}),
}  # fmt: skip
"""What events may do once; keys of an event block."""


def _act(kind: ActKind) -> Block:
    actors = kind.actors | kind.optional
    keys: dict[str, Leaf | Block] = {k: Leaf("code", f"which {r}", roles=(r,)) for k, r in actors.items()}
    keys |= {k: Leaf("figure", f.doc, f) for k, f in kind.numbers.items()}
    return Block(kind.doc, keys, required=(*kind.actors, *kind.required), many=True)


def _duration(doc: str) -> Leaf:
    return Leaf("duration", doc, _DURATION)


_EVENT = Block(
    "something that happens",
    {
        "at": Leaf("quarter", "the quarter in which it happens"),
        "when": Leaf("condition", "the condition on which it happens, once"),
        "again": Leaf("figure", AGAIN.doc, AGAIN),
        "hazard": Leaf("figure", HAZARD.doc, HAZARD),
        "set": Block("path: value, for any parameter or choice", each=Leaf("setting", "the new value"), role="path"),
        "over": _duration("how long the change takes"),
        "for": _duration("how long it stays in force"),
        "until": Leaf("quarter", "the last quarter in which it is in force (dated events)"),
        "repeal": Leaf("names", "other events whose force ends", roles=("event",)),
        "label": Leaf("text", "what happens, in words"),
        "note": Leaf("text", "why it is here"),
        **{name: _act(kind) for name, kind in ACTS.items()},
    },
)
OUTCOME = Block(
    "an expression over measures, reduced to one number a run",
    {
        "measure": Leaf("expression", "the expression"),
        "from": Leaf("quarter", "first quarter read"),
        "to": Leaf("quarter", "last quarter read"),
        "reduce": Leaf("choice", "how the quarters become one number", words=REDUCTIONS),
        "label": Leaf("text", "the outcome in words, as reports say it"),
        "answers": Leaf("choice", "whether reports lead with it", words=("yes", "no")),
        "given": Leaf("code", "an outcome that must be true (above 0): in other runs this one does not exist", roles=("outcome",)),
        "smallest": Leaf("size", "smallest difference of it that matters, in its own unit; of a share of runs as 0.05 or 5 %"),
    },
    required=("measure",),
)
"""The long form of an outcome."""
_CONTRACT_KEYS: dict[str, Leaf | Block] = {
    "holder": Leaf("code", "who holds it: a patron, or a bloc", roles=("holder",)),
    "host": Leaf("code", "the client in which it lies", roles=("client",)),
    "rent": Leaf("figure", BASE_RENT.doc, BASE_RENT),
    "term": Leaf("figure", BASE_TERM.doc, BASE_TERM),
    "until": Leaf("quarter", "the last quarter of the term, in which the contract is reviewed"),
    "note": Leaf("text", "what to know about it"),
    "name": Leaf("text", "what it is called in texts; its key unless given, where that is no code or kind"),
}
_BASE = Block("a base at the start", _CONTRACT_KEYS, required=("holder", "host"))
_KIND_OF = Leaf("code", "which kind of concession; a base unless given", roles=("kind",))
_CONTRACT_AT_START = Block("a contract at the start", _CONTRACT_KEYS | {"kind": _KIND_OF}, required=("holder", "host"))

_AREA = Block(
    "a piece of land that the page's map gives to another state than it is drawn in",
    {
        "longitude": Leaf("figure", AREA_LONGITUDE.doc, AREA_LONGITUDE),
        "latitude": Leaf("figure", AREA_LATITUDE.doc, AREA_LATITUDE),
        "of": Leaf("text", "the state it is shown as part of: three letters"),
    },
    required=("longitude", "latitude", "of"),
)


def _tree() -> Block:
    """The blocks by hand, the figures from the catalogue."""
    from .storyline import STOP  # which is made of blocks itself

    name = Leaf("text", "display name")
    state = Block(
        "a state: a client if it has a gdp",
        {
            "name": name,
            "policy": Leaf("choice", "how the client sells", words=policies(), choice="policy"),
            "regime": Leaf("choice", "who rules at the start", words=REGIMES, choice="regime"),
            "closed_to": Leaf("codes", "patrons to whom it is closed at the start", roles=("patron",)),
            "support": Leaf(
                "choice", "theory of what patrons' support does to the regime", words=supports(), choice="support"
            ),
        },
    )
    patron = Block(
        "what the patron has and wants",
        {
            "strategy": Leaf("choice", "how the patron courts", words=strategies(), choice="strategy"),
            "interference": Leaf(
                "choice", "theory of when it campaigns against a regime", words=interferences(), choice="interference"
            ),
        },
    )
    bloc = Block(
        "a bloc",
        {
            "name": name,
            "kind": Leaf("text", "what binds it: security, economic, …"),
            "leader": Leaf("code", "the patron that leads it, if one does", roles=("patron",)),
            "members": Leaf("codes", "its members at the start", roles=("actor",)),
            "candidates": Leaf("codes", "clients that may join; all unless given", roles=("client",)),
            "vote": Leaf("choice", "how it admits and consents", words=VOTES, choice="vote"),
        },
    )
    requires = Leaf("code", "another kind, which must stand between the same two and takes this one with it", roles=("kind",))
    kind = Block("a kind of concession", {"requires": requires})
    pole: dict[str, Leaf | Block] = {
        k: Leaf("code", f"the actor at the {k} pole", roles=("actor",)) for k in ("plus", "minus")
    }
    geography = Leaf("figure", "the same as fit: {base: …}: how well a base there serves the patron's need", BY_NAME["fit"])
    called = Leaf("text", "what a base of the patron there is called, whenever it stands")
    allies = Leaf("codes", "its allies (both ways)", roles=("actor",))
    root = Block(
        "a scenario",
        {
            "title": Leaf("text", "what it is about, in a line"),
            "question": Leaf("text", "the question it asks"),
            "notes": Leaf("text", "anything else a reader should know"),
            "finding": Leaf("text", "what it shows, with numbers; a scenario that extends this one does not inherit it"),
            "extends": Leaf("extends", "the scenario this one changes: a built-in, or a file beside this one"),
            "against": Leaf("builtin", "the built-in scenario to compare it with first, if not what it extends; not inherited"),
            "period": Block(
                "simulated quarters, both included",
                {k: Leaf("quarter", f"{k} of the period") for k in ("start", "end")},
                required=("start", "end"),
            ),
            "axes": Block(
                "orientation: one axis per declared pole pair",
                each=Block("an axis", pole, required=("plus", "minus")),
                role="name",
            ),
            "region": Block("the neighbourhood"),
            "states": Block("all states", each=state, role="state", table=("state",)),
            "patrons": Block("those who court", each=patron, role="patron", table=("patron",)),
            "ties": Block(
                "patron → client",
                each=Block("client →", each=Block("what ties them", {"geography": geography, "base_name": called}), role="client"),
                role="patron",
                table=("patron", "client"),
            ),
            "rivalry": Block(
                "rival → patron", each=Block("patron →", role="patron"), role="patron", table=("rival", "patron")
            ),
            "allies": Block("actor: its allies", each=allies, role="actor"),
            "areas": Block("disputed areas on the map", each=_AREA, role="name"),
            "concessions": Block("kinds of concessions besides bases", each=kind, role="kind"),
            "bases": Block("bases at the start", each=_BASE, role="name"),
            "contracts": Block("contracts of any kind at the start", each=_CONTRACT_AT_START, role="name"),
            "blocs": Block("blocs", each=bloc, role="bloc"),
            "events": Block("what happens", each=_EVENT, role="name"),
            "outcomes": Block(
                "what to read off a run",
                each=Leaf("expression", "an expression, or a block with measure, from, to, reduce"),
                role="name",
            ),
            "story": Block("a tour of what happens; a scenario that extends this one does not inherit it", each=STOP, role="name"),
            "rules": Block("the numbers of the rules"),
            "mechanisms": Block("parts of the model that may be switched off"),
        },
        required=("title", "period", "states", "patrons"),
    )
    for entry in (*FIELDS, *SHORT):
        _graft(root, entry)
    return root


def _graft(root: Block, entry: Field) -> None:
    """Hang a field of the catalogue at its path."""
    segments = entry.path.split(".")
    block = root
    for i, segment in enumerate(segments):
        last = i == len(segments) - 1
        new: Leaf | Block = Leaf("figure", entry.doc, entry) if last else Block(" ".join(segments[: i + 1]))
        if segment.startswith("{"):
            if block.each is None:
                role = "orientation" if entry.name == "anchor" else segment.strip("{}")
                block.each, block.role = new, block.role or role
            found: Leaf | Block | None = block.each
        else:
            found = block.keys.setdefault(segment, new)
        if isinstance(found, Block):
            block = found
    if entry.axes.endswith("J") and len(entry.axes) > 1:
        block.plain = Leaf("figure", f"{entry.doc}: a base", entry)


@cache
def structure() -> Block:
    """The tree of everything a scenario may contain."""
    return _tree()


def is_switch(entry: Field) -> bool:
    """Whether a field is off or on."""
    return entry.name in WHOLE or entry.name.startswith("with_")
