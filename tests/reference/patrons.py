"""A patron: whom it courts, what it delivers, whom it harms (equations §3, §5, §6, §9 and §10)."""

from __future__ import annotations

import math

from patronage.scenario.catalogue import INSTRUMENTS

from .donors import Donor
from .formulas import clip, delivered_share, logistic
from .start import ROUTES
from .theories import interference, stray

Efforts = dict[str, float]
"""MUSD a quarter, by client."""


class Patron(Donor):
    """A donor with aims."""

    # §3: the contest for clients.

    def court(self) -> None:
        """Choose the effort for each client by the patron's strategy."""
        n, s, p = self.model.inputs, self.model.state, self.code
        weights = {c: self.weight(c) for c in self.model.client}
        strategy, part, mode = n.strategy[p], n.strategy_share[p], 0
        if strategy == "sphere":
            efforts = self.sphere(weights)
        elif strategy == "client_state":
            efforts, mode = self.client_state(weights), 1
        elif strategy == "portfolio":
            efforts, mode = self.portfolio(weights)
        elif strategy == "mixture":
            few, all_ = self.client_state(weights), self.sphere(weights)
            efforts = {c: part * few[c] + (1.0 - part) * all_[c] for c in weights}
        elif strategy == "denial_first":
            efforts = self.sphere(only(weights, [c for c in weights if self.hosted(c) > 0.0]))
        elif strategy == "retrench":
            near = [c for c in weights if self.stays(c) or any(s["member"][b.code][c] for b in self.led())]
            efforts = {c: part * e for c, e in self.sphere(only(weights, near)).items()}
        elif strategy == "tit_for_tat":
            efforts = self.tit_for_tat(weights)
        else:
            raise ValueError(f"no such strategy: {strategy}")
        if mode != s["mode"][p]:
            s["mode"][p] = mode
            self.model.note("switch", p, concession="client state" if mode else "sphere of influence")
        s["effort"][p] = efforts

    def weight(self, client: str) -> float:
        """How much it wants a client now."""
        n, s, p = self.model.inputs, self.model.state, self.code
        lead, led = 1.0, self.led()
        if led:
            inside = any(s["member"][bloc.code][client] for bloc in led)
            lead = n.courtship_outsider + (1.0 - n.courtship_outsider) * inside
        return (
            n.weight[p][client]
            * (1.0 + n.courtship_threat * s["threat"][client])
            * (1.0 + n.courtship_own_base * self.stays(client))
            * (1.0 + n.courtship_rival_base * self.hosted(client))
            * lead
            * (1.0 - n.withhold_coup[p] * self.model.client[client].military)
            * (1.0 - n.refusal_courtship * self.model.closed(p, client))
        )

    def rivals(self, client: str) -> float:
        """What the others spent on a client last quarter."""
        effort = self.model.before["effort"]
        return sum(effort[q][client] for q in self.model.patron if q != self.code)

    def floor(self, client: str) -> float:
        """The effort that wins half of an uncontested client."""
        return self.model.inputs.courtship_contest_floor * self.model.client[client].gdp_year

    def sphere(self, weights: Efforts) -> Efforts:
        """Spread over all in proportion to weight."""
        total = sum(weights.values())
        return {c: self.available * w / total if total > 0.0 else 0.0 for c, w in weights.items()}

    def client_state(self, weights: Efforts) -> Efforts:
        """Win the best clients that can be won, and leave the others."""
        n, p, trust = self.model.inputs, self.code, self.model.before["reputation"][self.code]
        cost = {c: n.courtship_margin * (self.rivals(c) + self.floor(c)) for c in weights}

        def rank(c: str) -> float:
            affinity = math.exp(-n.courtship_affinity * self.model.client[c].distance(p))
            return weights[c] * (1.0 + self.premium()) * trust[c] * affinity / cost[c]

        efforts = dict.fromkeys(weights, 0.0)
        wanted = sorted((c for c in weights if weights[c] > 0.0), key=rank, reverse=True)
        chosen: list[str] = []
        spent = 0.0
        for c in wanted:
            if spent + cost[c] > self.available:
                break
            spent += cost[c]
            chosen.append(c)
        if chosen:
            total = sum(weights[c] for c in chosen)
            for c in chosen:
                efforts[c] = cost[c] + (self.available - spent) * weights[c] / total
        elif wanted:
            efforts[wanted[0]] = self.available
        return efforts

    def premium(self) -> float:
        """Ω, what control is worth beyond the share."""
        return self.model.inputs.with_control_premium * self.model.inputs.courtship_premium

    def utility(self, weights: Efforts, efforts: Efforts) -> float:
        """U(e), the worth of a portfolio."""
        total = 0.0
        for c, effort in efforts.items():
            if weights[c] > 0.0:
                share = effort / (effort + self.rivals(c) + self.floor(c))
                control = logistic((share - 0.5) / self.model.inputs.courtship_steepness)
                total += weights[c] * (share + self.premium() * control)
        return total

    def portfolio(self, weights: Efforts) -> tuple[Efforts, int]:
        """Now and then reconsider which of the two pays better."""
        n, mode, u = self.model.inputs, self.model.state["mode"][self.code], self.luck("portfolio")
        if u < n.courtship_revisit:
            few, all_ = self.client_state(weights), self.sphere(weights)
            better = self.utility(weights, few) - self.utility(weights, all_)
            mode = 1 if u < n.courtship_revisit * logistic(n.courtship_slope * better) else 0
        return (self.client_state(weights) if mode else self.sphere(weights)), mode

    def tit_for_tat(self, weights: Efforts) -> Efforts:
        """Match what the rivals spent last quarter, as far as the money goes."""
        answer = {c: self.rivals(c) if weights[c] > 0.0 else 0.0 for c in weights}
        total = sum(answer.values())
        part = min(1.0, self.available / total) if total > 0.0 else 0.0
        return {c: part * e for c, e in answer.items()}

    # §4: doors.

    def open_doors(self) -> None:
        """Bans run out, are imposed on all contracts, or are lifted."""
        n, s, p = self.model.inputs, self.model.state, self.code
        for c in self.model.client:
            s["closed"][p][c] = max(0.0, s["closed"][p][c] - 1.0)
            for ban in self.model.told("ban", holder=p, host=c):
                s["closed"][p][c] = ban.get("quarters", math.inf)
                for j in n.kinds:
                    if s["standing"][p][c][j]:
                        running = s["notice"][p][c][j] or math.inf
                        s["notice"][p][c][j] = min(running, float(round(n.bargaining_notice)))
                        s["route"][p][c][j] = ROUTES.index("ban")
                        rent = s["rent"][p][c][j]
                        self.model.note("notice", p, c, concession=j, rent=rent, cause="ban")
            if self.model.told("admit", holder=p, host=c):
                s["closed"][p][c], s["shut"][p][c] = 0.0, False

    # §5 and §6: what clients get.

    def deliver(self) -> None:
        """§5: deliver, pay the rents; clients remember what share of it came."""
        n, s, p, flows = self.model.inputs, self.model.state, self.code, self.model.flows
        for c in self.model.client:
            gift, got = self.courted[c], flows["delivered"][p][c]
            for k in INSTRUMENTS:
                if gift[k] > 0.0:
                    u = self.luck(f"delivery.{k}", c)
                    got[k] = delivered_share(u, n.delivery[p][k], n.delivery_precision) * gift[k]
                got[k] += self.arriving[c][k]
            acts = self.model.told("forgive", **{"from": p, "to": c})
            forgiven = min(sum(act["amount"] for act in acts), s["debt"][p][c])
            if acts:
                got["debt_relief"] += forgiven
                self.expected[c]["debt_relief"] += forgiven
                self.model.note("forgiven", p, c, instrument="debt_relief", promised=forgiven)
            got["debt_relief"] = min(got["debt_relief"], s["debt"][p][c])
            for j, stands in s["standing"][p][c].items():
                in_kind = n.in_kind[p][c] if j == "base" else 0.0
                flows["rent_paid"][p][c] += stands * (1.0 - in_kind) * s["rent"][p][c][j] / 4.0
            self.be_remembered(c)
            self.cancel(c)

    def be_remembered(self, client: str) -> None:
        """Reputation moves towards the share of the expected that was delivered."""
        n, s, p = self.model.inputs, self.model.state, self.code
        got, expected = self.model.flows["delivered"][p][client], self.expected[client]
        ratios = [clip(got[k] / expected[k], 0.0, 1.0) for k in INSTRUMENTS if expected[k] > 1e-9]
        if ratios:
            old = s["reputation"][p][client]
            news = sum(ratios) / len(ratios) - old
            s["reputation"][p][client] = old + n.with_reputation * n.delivery_learning * news

    def cancel(self, client: str) -> None:
        """A pending project may be given up, above all in a slump."""
        n, s, p = self.model.inputs, self.model.state, self.code
        due, stuck = s["due"][p][client]["loans"], s["stuck"][p][client]["loans"]
        pending = sum(due.values()) + sum(stuck.values())
        chance = min(1.0, n.delivery_cancel + n.delivery_cancel_shock * max(0.0, -n.shock[p]))
        if pending > 0.0 and self.luck("cancel", client) < chance:
            s["due"][p][client]["loans"] = dict.fromkeys(due, 0.0)
            s["stuck"][p][client]["loans"] = dict.fromkeys(stuck, 0.0)
            self.model.note("cancelled", p, client, instrument="loans", promised=pending)

    def hand_over(self) -> None:
        """§6: surplus equipment, as far as the pool reaches."""
        s, p, handed = self.model.state, self.code, self.model.flows["surplus"][self.code]
        for c in self.model.client:
            for act in self.model.told("transfer", **{"from": p, "to": c}):
                handed[c] += act["amount"]
        total = sum(handed.values())
        if total <= 0.0:
            return
        part = min(1.0, s["surplus"][p] / total)
        for c, asked in handed.items():
            handed[c] = part * asked
            if asked > 0.0:
                self.model.note("transfer", p, c, instrument="arms", promised=asked, delivered=handed[c])
        s["surplus"][p] = max(0.0, s["surplus"][p] - sum(handed.values()))

    def stock_up(self) -> None:
        """§6: what was handed over enters the stocks, which decay."""
        n, s, p = self.model.inputs, self.model.state, self.code
        for c in self.model.client:
            got, surplus = self.model.flows["delivered"][p][c], self.model.flows["surplus"][p][c]
            arms, capital, presence, debt = (s[stock][p][c] for stock in ("arms", "capital", "presence", "debt"))
            s["arms"][p][c] = (1.0 - n.stocks_decay_arms) * arms + got["arms"] + n.stocks_surplus_quality * surplus
            standing, size = s["standing"][p][c], n.base_size[p][c]
            built = size * sum(n.kind_capital[j] * standing[j] for j in n.kinds)
            s["capital"][p][c] = (1.0 - n.stocks_decay_capital) * capital + got["grants"] + got["loans"] + built
            s["presence"][p][c] = (
                (1.0 - n.stocks_decay_presence) * presence
                + n.stocks_base_presence * size * sum(n.kind_presence[j] * standing[j] for j in n.kinds)
                + n.stocks_instructors * surplus
            )
            grown = debt * (1.0 + n.stocks_interest - n.stocks_service)
            s["debt"][p][c] = max(0.0, grown + got["loans"] - got["debt_relief"])

    def receive_orders(self) -> None:
        """§6: contracts on major arms, once a year, and what is delivered of them and of packages."""
        n, s, p = self.model.inputs, self.model.state, self.code
        for c in self.model.client:
            if self.model.quarter % 4 == 0:
                s["tiv"][p][c] = [0.0, *s["tiv"][p][c][:-1]]
                self.contract(c)
            hardware = self.arriving[c]["arms"] + self.model.flows["surplus"][p][c]
            prices = self.model.deflator(self.model.quarter)
            s["tiv"][p][c][0] += s["contract"][p][c] / 4.0 + n.arms_hardware / prices * hardware

    def contract(self, client: str) -> None:
        """§6: whether there is a contract this year, and its size."""
        n, s, p, c = self.model.inputs, self.model.state, self.code, client
        on = self.luck("contract", c) < n.with_contracts * self.contract_chance(c)
        s["idle"][p][c] = 0.0 if on else min(10.0, s["idle"][p][c] + 1.0)
        s["contract"][p][c] = 0.0
        if on:
            size = n.supply[p] * (s["real_gdp"][c] / 30000.0) ** n.arms_gdp
            s["contract"][p][c] = size * math.exp(n.arms_spread * self.noise("size", c))

    def contract_chance(self, client: str) -> float:
        """P(on): contracts go on, are taken up again, or begin."""
        n, s, p, c = self.model.inputs, self.model.state, self.code, client
        if n.supply[p] == 0.0 or p == c:
            return 0.0
        if s["idle"][p][c] == 0:
            chance = n.arms_go_on
        elif s["idle"][p][c] < 10:
            chance = n.arms_again
        else:
            chance = n.arms_enter_pact if self.model.client[c].pact(p) > 0.25 else n.arms_enter
        grieved = self.model.before["grievance"][p][c] > n.interference_min_grievance
        if grieved or s["sanction"][p][c] > 0:
            chance *= n.arms_hostile
        return chance * self.withheld(c)["arms"] * (1.0 - n.refusal_courtship * self.model.closed(p, c))

    def remember_aid(self) -> None:
        """§6: a trailing mean of three years of grants, MUSD of 2015 a year."""
        s, p = self.model.state, self.code
        for c, old in s["aid"][p].items():
            given = 4.0 * self.model.flows["delivered"][p][c]["grants"] / self.model.deflator(self.model.quarter)
            s["aid"][p][c] = old * 11.0 / 12.0 + given / 12.0

    # §9 and §10: anger.

    def resent(self) -> None:
        """§9: grievance fades and is stung; it may turn into a campaign against the regime."""
        n, s, p, before = self.model.inputs, self.model.state, self.code, self.model.before
        for c, client in self.model.client.items():
            now, *later = s["sting"][p][c]
            s["sting"][p][c] = [*later, 0.0]
            grievance = s["grievance"][p][c] = n.interference_decay * before["grievance"][p][c] + now
            s["campaign"][p][c] = max(0, s["campaign"][p][c] - 1)
            theory = interference(self, client, grievance)
            stray(self, client)
            able = before["share"][p][c] > n.interference_min_share and s["campaign"][p][c] == 0
            chance = n.with_interference * able * client.contested * theory
            if self.luck("campaign", c) < chance or self.model.told("campaign", **{"from": p, "to": c}):
                s["campaign"][p][c] = round(n.interference_quarters)
                self.model.flows["campaigns"][p][c] = 1
                self.model.note("campaign", p, c)

    def sanction(self, client: str) -> tuple[float, float, float] | None:
        """§10: the sanction it begins on a client, as (cut of access, loss, quarters), or none."""
        n, s, p = self.model.inputs, self.model.state, self.code
        cut, quarters = n.coercion_cut, n.coercion_quarters
        for act in self.model.told("sanction", **{"from": p, "to": client}):
            cut = act.get("cut", cut)
            loss = act.get("loss", cut * self.model.client[client].access(p))
            return cut, loss, round(act.get("quarters", quarters))
        grievance = s["grievance"][p][client]
        runs_on = s["sanction"][p][client] > 1
        if runs_on or grievance <= n.interference_min_grievance:
            return None
        if self.luck("sanction", client) < n.with_coercion * n.coercion_propensity * grievance:
            return cut, cut * self.model.client[client].access(p), round(quarters)
        return None


def only(weights: Efforts, kept: list[str]) -> Efforts:
    """The weights of some clients alone, or all where none of those weighs anything."""
    few = {c: w if c in kept else 0.0 for c, w in weights.items()}
    return few if any(few.values()) else weights
