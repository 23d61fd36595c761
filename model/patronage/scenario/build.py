"""From a merged tree to a scenario: everything that needs to know more than one figure at a time is checked here."""

from __future__ import annotations

from . import conditions
from .catalogue import BY_NAME
from .entities import Base, Bloc, Outcome, SourcedValue, StoryStop
from .event_reading import read_event
from .events import Dated, Event
from .figures import history, origin
from .names import right_codes
from .numerals import size_of
from .problems import Place, Problems
from .quarters import quarter_name
from .reading import Node
from .scenario import Scenario, inside
from .shorthands import unfold
from .spreading import BASE
from .storyline import read_stop
from .structure import BASE_RENT, MOST_QUARTERS, UNGA, Block, structure
from .validation import Findings, Walker, misspelt

MOST_PERIOD = 800
"""Quarters a period may span."""


def build(root: Node, name: str, problems: Problems) -> Scenario:
    """The scenario of a merged tree. Raises ScenarioError with every problem found."""
    right_codes(root, problems)
    found = Walker(root, problems).found
    unfold(found, problems)
    builder = _Builder(found, root, problems)
    parts = builder.parts()
    problems.stop()
    return builder.scenario(name, *parts)


class _Builder:
    def __init__(self, found: Findings, root: Node, problems: Problems) -> None:
        self.found, self.root, self.problems = found, root, problems
        self.cast = found.cast
        start, end = found.quarter("period.start"), found.quarter("period.end")
        self.start, self.end = start or 0, end or 0
        self.dated = start is not None and end is not None
        self.resting: dict[str, str] = {}
        self.shut: tuple[tuple[str, str], ...] = ()
        self.story: dict[str, StoryStop] = {}
        if start is not None and end is not None and not start <= end < start + MOST_PERIOD:
            self.dated = False
            what = "ends before it starts" if end < start else f"is longer than {MOST_PERIOD} quarters"
            problems.add(found.words["period.end"][1].place, f"the period {what}")

    def parts(self) -> tuple[dict[str, Base], dict[str, Bloc], tuple[Event, ...], dict[str, Outcome]]:
        """Contracts, blocs, events and outcomes."""
        self.actors()
        members = {code: self.bloc(code) for code in self.cast.blocs}
        contracts = self.contracts()
        events = tuple(
            e
            for e in (
                read_event(n, self.found, self.period_check, self.holder, self.problems) for n in self.names("events")
            )
            if e
        )
        read = ((n, read_stop(n, self.found, self.period_check, self.place, self.problems)) for n in self.names("story"))
        self.story = {n: stop for n, stop in read if stop is not None}
        outcomes = {n: o for n in self.names("outcomes") if (o := self.outcome(n)) is not None}
        self.one_holder(contracts)
        self.contradictions(events)
        self.resting, self.shut = self.requires(), self.closed()
        return contracts, members, events, outcomes

    def names(self, block: str) -> list[str]:
        node = self.found.blocks.get(block)
        return list(node.entries or {}) if node is not None else []

    def place(self, path: str) -> Place:
        """Where a block or word stands."""
        if path in self.found.words:
            return self.found.words[path][1].place
        if path in self.found.figures:
            return self.found.figures[path].node.place
        node = self.found.blocks.get(path)
        return node.place if node is not None else self.root.place

    def actors(self) -> None:
        """Everybody plays a part; patrons have budgets."""
        cast, problems = self.cast, self.problems
        if "title" in self.found.words and not self.found.text("title").strip():
            problems.add(self.place("title"), "the title is empty")
        if not cast.clients and "states" in self.found.blocks:
            problems.add(self.place("states"), "there is no client", "A state with a gdp is one")
        if not cast.patrons and "patrons" in self.found.blocks:
            problems.add(self.place("patrons"), "there is no patron")
        for code in cast.patrons:
            node = self.found.blocks.get(f"patrons.{code}")
            each = structure().keys["patrons"].each  # type: ignore[union-attr]  # patrons are a block
            assert isinstance(each, Block)
            if node is not None and "budget" not in (node.entries or {}) and not misspelt("budget", node, each):
                problems.add(
                    node.place,
                    f"patrons.{code} lacks budget",
                    "For example budget: {value: 240, unit: MUSD/yr, source: assumption}",
                )
        playing = {*cast.clients, *cast.patrons}
        for bloc in cast.blocs:
            playing |= set(self.found.codes(f"blocs.{bloc}.members"))
        for code in cast.states:
            if code not in playing and f"states.{code}" in self.found.blocks:
                problems.add(
                    self.place(f"states.{code}"),
                    f"{code} plays no part",
                    "Give it a gdp (a client), or an entry under patrons, or leave it out",
                )

    def period_check(self, quarter: int | None, path: str, last: bool = True) -> bool:
        """Whether a date lies in the period (`last`: not after its end either)."""
        if quarter is None or not self.dated:
            return False
        if quarter < self.start or (last and quarter > self.end):
            span = f"{quarter_name(self.start)} to {quarter_name(self.end)}"
            self.problems.add(self.place(path), f"{quarter_name(quarter)} lies outside the period {span} ({path})")
            return False
        return True

    def holder(self, code: str) -> tuple[str, str]:
        """The patron behind a holder, and the bloc in whose name it acts."""
        if code in self.cast.patrons:
            return code, ""
        leader = self.found.text(f"blocs.{code}.leader")
        if code and not leader and code in self.cast.blocs:
            node = self.found.blocks.get(f"blocs.{code}")
            self.problems.add(
                node.place if node is not None else self.root.place,
                f"{code} has no leader and cannot hold a base",
                f"Give blocs.{code}.leader, or name the patron who holds it",
            )
        return leader, code

    def bloc(self, code: str) -> Bloc:
        found, cast = self.found, self.cast
        path = f"blocs.{code}"
        leader = found.text(f"{path}.leader")
        everyone = dict.fromkeys((*found.codes(f"{path}.members"), *((leader,) if leader else ())))
        if code in everyone and code not in cast.patrons:
            self.problems.add(self.place(f"{path}.members"), f"{code} cannot be a member of itself")
        members = tuple(sorted(c for c in everyone if c in cast.clients))
        return Bloc(
            code,
            found.text(f"{path}.name") or found.text(f"states.{code}.name", code),
            found.text(f"{path}.kind"),
            leader,
            members,
            tuple(sorted(c for c in everyone if c not in cast.clients)),
            tuple(sorted(found.codes(f"{path}.candidates"))) if f"{path}.candidates" in found.words else cast.clients,
            found.text(f"{path}.vote", "consensus"),
        )

    def contracts(self) -> dict[str, Base]:
        """Bases, and contracts of all kinds: one of a kind between two, and no name twice."""
        out: dict[str, Base] = {}
        taken: dict[tuple[str, str, str], str] = {}
        named = [(block, name) for block in ("bases", "contracts") for name in self.names(block)]
        for block, name in named:
            path = f"{block}.{name}"
            if name in out:
                self.problems.add(self.place(path), f"{name} stands under bases and under contracts", "Give each a name of its own")
            kind = self.found.text(f"{path}.kind", BASE)
            holder, under = self.holder(self.found.text(f"{path}.holder"))
            host = self.found.text(f"{path}.host")
            if not holder or not host:
                continue
            if holder == host:
                self.problems.add(self.place(path), f"{holder} cannot hold a {kind} in itself ({path})")
            if (holder, host, kind) in taken:
                self.problems.add(
                    self.place(path),
                    f"{holder} has a {kind} in {host} already ({taken[holder, host, kind]})",
                    f"Several sites of one holder in one host are ties.{holder}.{host}.sites: 2" if kind == BASE else "",
                )
            taken.setdefault((holder, host, kind), path)
            rent = self.found.figures.get(f"{path}.rent")
            node = self.found.blocks[path]
            out[name] = Base(
                name,
                holder,
                host,
                rent.written.value if rent else BASE_RENT.default or 0.0,
                self.term(path, holder, host),
                under,
                node.source.text or "" if node.source is not None else "",
                self.found.text(f"{path}.note"),
                kind,
                block,
                self.found.text(f"{path}.name"),
            )
        return out

    def contradictions(self, events: tuple[Event, ...]) -> None:
        """What is banned in a quarter does not open by order in it."""
        banned = {
            (event.trigger.quarter, act.actors["holder"], act.actors["host"]): f"events.{event.name}.{act.at}"
            for event in events for act in event.acts if act.kind == "ban" and isinstance(event.trigger, Dated)
        }  # fmt: skip
        for event in events:
            for act in event.acts:
                at = event.trigger.quarter if isinstance(event.trigger, Dated) else -1
                other = banned.get((at, act.actors.get("holder", ""), act.actors.get("host", "")))
                if act.kind == "open_base" and other is not None:
                    path = f"events.{event.name}.{act.at}"
                    what = f"{path} opens in the quarter in which {other} bans the same patron"
                    self.problems.add(self.place(path), what, "Leave one out")

    def one_holder(self, contracts: dict[str, Base]) -> None:
        """An exclusive concession has one holder a host."""
        holders: dict[tuple[str, str], str] = {}
        for contract in contracts.values():
            alone = self.found.figures.get(f"concessions.{contract.kind}.exclusive")
            if alone is not None and alone.written.value > 0:
                first = holders.setdefault((contract.kind, contract.host), contract.holder)
                if first != contract.holder:
                    what = f"{first} holds the {contract.kind} in {contract.host} already, and a {contract.kind} has one holder"
                    where = self.place(f"{contract.block}.{contract.name}")
                    self.problems.add(where, what, f"Or set concessions.{contract.kind}.exclusive: off")

    def requires(self) -> dict[str, str]:
        """Kind → the kind that it rests on; nothing may rest on itself, by whatever way."""
        found = {kind: self.found.text(f"concessions.{kind}.requires") for kind in self.cast.kinds}
        found = {kind: below for kind, below in found.items() if below}
        for kind in found:
            trail = [kind]
            while trail[-1] in found and found[trail[-1]] not in trail:
                trail.append(found[trail[-1]])
            if found.get(trail[-1]) == kind:
                circle = " → ".join((*trail, kind))
                where = self.place(f"concessions.{kind}.requires")
                self.problems.add(where, f"kinds require each other in a circle: {circle}", "Leave one out")
                break
        return found

    def closed(self) -> tuple[tuple[str, str], ...]:
        """Who is closed to whom at the start."""
        pairs = []
        for host in self.cast.states:
            path = f"states.{host}.closed_to"
            for patron in self.found.codes(path):
                if host not in self.cast.clients or patron == host:
                    what = f"{host} is no client" if host not in self.cast.clients else f"{host} cannot be closed to itself"
                    self.problems.add(self.place(path), f"{what} ({path})", "closed_to goes with states that have a gdp")
                else:
                    pairs.append((host, patron))
        return tuple(sorted(pairs))

    def area(self, name: str) -> tuple[float, float, str]:
        """Longitude, latitude and owner of an area on the map."""
        at = [self.found.figures[f"areas.{name}.{key}"].written.value for key in ("longitude", "latitude")]
        return at[0], at[1], self.found.text(f"areas.{name}.of")

    def term(self, path: str, holder: str, host: str) -> int:
        """Quarters left: as stated, up to a date, or a whole new term."""
        stated, until = self.found.figures.get(f"{path}.term"), self.found.quarter(f"{path}.until")
        if stated is not None and f"{path}.until" in self.found.words:
            self.problems.add(self.place(f"{path}.until"), f"{path} gives both term and until", "Give one")
        if stated is not None:
            return round(stated.written.value)
        if f"{path}.until" in self.found.words:
            if self.period_check(until, f"{path}.until", last=False) and until is not None:
                if until - self.start + 1 > MOST_QUARTERS:
                    self.problems.add(self.place(f"{path}.until"), f"{path} lasts longer than {MOST_QUARTERS} quarters")
                return until - self.start + 1
            return 0
        usual = self.found.figures.get(f"ties.{holder}.{host}.term")
        return round(usual.written.value if usual else BY_NAME["term"].default or 0)

    def outcome(self, name: str) -> Outcome | None:
        path = f"outcomes.{name}"
        at = path if path in self.found.words else f"{path}.measure"
        text = self.found.text(at)
        if not text:
            return None
        ends = []
        for key, usual in (("from", self.start), ("to", self.end)):
            given = self.found.quarter(f"{path}.{key}")
            inside_period = f"{path}.{key}" not in self.found.words or self.period_check(given, f"{path}.{key}")
            ends.append(given if given is not None and inside_period else usual)
        if self.dated and ends[0] > ends[1]:  # else the period is what is wrong
            self.problems.add(self.place(f"{path}.to"), f"{path} is read to a quarter before the first")
        return Outcome(
            name=name,
            expression=conditions.parse(text)[0],
            text=text,
            first=ends[0],
            last=ends[1],
            reduce=self.found.text(f"{path}.reduce", "last"),
            label=self.found.text(f"{path}.label"),
            answers=self.found.text(f"{path}.answers") == "yes",
            given=self.condition(f"{path}.given", name),
            smallest=size_of(self.found.text(f"{path}.smallest")) or 0.0,
        )

    def condition(self, path: str, outcome: str) -> str:
        """What an outcome is given: another one, which is given nothing itself."""
        given = self.found.text(path)
        if given == outcome or f"outcomes.{given}.given" in self.found.words:
            why = "itself" if given == outcome else f"{given}, which is given {self.found.text(f'outcomes.{given}.given')} itself"
            self.problems.add(self.place(path), f"{outcome} is given {why}", "Name an outcome without a condition of its own")
        return given

    def allies(self) -> frozenset[frozenset[str]]:
        pairs = set()
        for path in self.found.words:
            if path.startswith("allies."):
                pairs |= {frozenset((path[7:], other)) for other in self.found.codes(path)}
        return frozenset(p for p in pairs if len(p) == 2)

    def called(self, contracts: dict[str, Base]) -> dict[tuple[str, str, str], str]:
        """What contracts are called, by holder, host and kind: by their own name, that of the tie, a key without codes and kinds."""
        plain = {*(code.lower() for code in (*self.cast.patrons, *self.cast.clients)), *self.cast.kinds[1:]}
        ties = [path.split(".") for path in self.found.words if path.startswith("ties.") and path.endswith(".base_name")]
        keys = [(b, b.name.replace("-", "_").split("_")) for b in contracts.values()]
        found = {(b.holder, b.host, b.kind): " ".join(words).capitalize() for b, words in keys if not plain & {*words}}
        found |= {(p, c, self.cast.kinds[0]): self.found.text(f"ties.{p}.{c}.base_name") for _, p, c, _ in ties}
        return found | {(b.holder, b.host, b.kind): b.called for b in contracts.values() if b.called}

    def scenario(
        self,
        name: str,
        contracts: dict[str, Base],
        members: dict[str, Bloc],
        events: tuple[Event, ...],
        outcomes: dict[str, Outcome],
    ) -> Scenario:
        """The whole, when no problem is left."""
        found, cast = self.found, self.cast
        figures = {
            path: SourcedValue(
                f.written.value,
                f.field.unit,
                f.written.source,
                f.written.range or _usual(f.written.value, f.field.plausible),
                origin(f.node),
                history(f.node),
            )
            for path, f in found.figures.items()
        }
        numbers = {
            (f.field.name, f.codes): inside(f.field, f.written.value)
            for path, f in found.figures.items()
            if f.field.name in BY_NAME and path not in found.settings
        }
        for code in set(cast.clients) & set(cast.patrons):  # a position given once holds for both parts
            for axis in (UNGA, *cast.axes):
                mine, its = f"patrons.{code}.position.{axis}", f"states.{code}.position.{axis}"
                if mine not in figures and its in figures:
                    figures[mine] = figures[its]
                    numbers["patron_position", (code, axis)] = numbers["position", (code, axis)]
        names = {c: found.text(f"states.{c}.name") or found.text(f"blocs.{c}.name", c) for c in cast.actors}
        return Scenario(
            name=name,
            title=found.text("title"),
            question=found.text("question"),
            notes=found.text("notes"),
            finding=found.text("finding"),
            against=found.text("against"),
            start=self.start,
            end=self.end,
            axes=cast.axes,
            poles={a: (found.text(f"axes.{a}.plus"), found.text(f"axes.{a}.minus")) for a in cast.axes},
            names=names,
            patrons=cast.patrons,
            clients=cast.clients,
            blocs=cast.blocs,
            allies=self.allies(),
            contracts=dict(sorted(contracts.items())),
            called=self.called(contracts),
            requires=self.resting,
            closed=self.shut,
            events=events,
            outcomes=outcomes,
            cast=cast,
            written=figures,
            numbers=numbers,
            choices={
                p: n.text or "" for p, (leaf, n) in found.words.items() if leaf.choice and p not in found.settings
            },
            members=members,
            areas={n: self.area(n) for n in self.names("areas")},
            story=self.story,
            words={p: history(n) for p, (_, n) in found.words.items()},
        )


def _usual(value: float, plausible: tuple[float, float] | None) -> tuple[float, float] | None:
    """The catalogue's range, where it holds the value."""
    return (
        (float(plausible[0]), float(plausible[1]))
        if plausible is not None and plausible[0] <= value <= plausible[1]
        else None
    )
