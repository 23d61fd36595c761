"""Faults to be planted in the engine, each with the test that it must turn red.

A fault is a small change of one place in the source. `planted` runs with it and leaves no trace.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

TESTS = Path(__file__).parent


@dataclass(frozen=True)
class Fault:
    """What is wrong, where, and who notices."""

    name: str
    module: str
    """Below `patronage`."""
    right: str
    """A piece of source that stands there once."""
    wrong: str
    noticed: str
    """`test_module:function`."""
    arguments: tuple[Any, ...] = ()

    def check(self) -> None:
        """Run the test that should notice."""
        module, function = self.noticed.split(":")
        getattr(importlib.import_module(module), function)(*self.arguments)


@contextmanager
def planted(fault: Fault) -> Iterator[None]:
    """The engine with the fault in it."""
    module = importlib.import_module(f"patronage.{fault.module}")
    source = inspect.getsource(module)
    if source.count(fault.right) != 1:
        raise LookupError(f"{fault.name}: {fault.right!r} stands {source.count(fault.right)} times in {fault.module}")
    before = dict(vars(module))
    undo: list[Callable[[], None]] = []
    try:
        exec(compile(source.replace(fault.right, fault.wrong), module.__file__ or "", "exec"), vars(module))
        for name, old in before.items():
            new = vars(module).get(name)
            if new is not old and getattr(old, "__module__", None) == module.__name__:
                undo += [rebound(user, alias, old, new) for user, alias in users(old, module)]
        yield
    finally:
        for step in undo:
            step()
        vars(module).clear()
        vars(module).update(before)


def users(thing: object, module: ModuleType) -> Iterator[tuple[ModuleType, str]]:
    """Where else a function or class of a module is known, and by what name."""
    for other in list(sys.modules.values()):
        name, file = getattr(other, "__name__", ""), getattr(other, "__file__", None)
        if other is module or not (name.startswith("patronage") or (file and Path(file).is_relative_to(TESTS))):
            continue
        for alias, value in list(vars(other).items()):
            if value is thing:
                yield other, alias


def rebound(user: ModuleType, alias: str, old: object, new: object) -> Callable[[], None]:
    """Let a module use another thing under a name; returns how to undo that."""
    setattr(user, alias, new)
    return lambda: setattr(user, alias, old)


ZEROS = ((0,) * 4, (0,) * 2, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8))

# fmt: off
FAULTS = (
    # --- clients ---
    Fault("presence does not shield", "phases.threat", "* (1.0 - shield)", "",
          "test_phases_clients:test_foreign_presence_shields_up_to_a_part"),
    Fault("a force protects strangers", "phases.threat", "return total(world.member * cover[:, :, None], 1)",
          "return total(cover[:, :, None] + 0 * world.member, 1)",
          "test_phases_clients:test_a_joint_force_protects_members_and_them_alone"),
    Fault("shocks reach no client", "phases.economy", "* rule.economy_passthrough * rule.economy_elasticity", "* 0.0",
          "test_phases_clients:test_growth_is_trend_shock_capital_and_luck"),
    Fault("wrong sign of distance", "phases.alignment", "p.patron_position[:, :, None, axis] - z[:, None, :]",
          "z[:, None, :] - p.patron_position[:, :, None, axis]",
          "test_phases_clients:test_positions_are_pulled_by_shares_less_from_afar_and_to_an_anchor"),
    Fault("positions follow the shares of this quarter", "phases.alignment", "world.past.share", "world.share",
          "test_oracle:drawn_worlds_agree"),
    Fault("an overthrow resets nothing", "phases.regimes", "np.where(falls, p.client.regimes_mean, world.legitimacy)",
          "world.legitimacy.copy()", "test_oracle:drawn_worlds_agree"),
    Fault("popular bases cost legitimacy", "phases.regimes", "orientation_distance(world, p) > p.dyad",
          "orientation_distance(world, p) < p.dyad",
          "test_phases_clients:test_legitimacy_lives_on_growth_and_income_and_suffers_from_bases_and_campaigns"),
    Fault("rents close no regime", "phases.regimes", "r.regimes_openness_rent * d * rents / world.gdp", "0.0 * d",
          "test_phases_clients:test_openness_falls_with_rents_and_campaigns_and_coalitions_follow"),
    # --- courtship ---
    Fault("packages take all of a budget", "phases.courtship", "np.minimum(1.0, share_of(limit, cost))", "1.0",
          "test_phases_courtship:test_they_take_at_most_half_of_a_budget"),
    Fault("members are discounted like outsiders", "phases.courtship", "leads & ~_followers(world, p)", "leads",
          "test_phases_courtship:test_weights_rise_with_threat_bases_and_membership"),
    Fault("what is stuck is not expected", "phases.courtship", "(world.due + world.stuck) * rate", "world.due * rate",
          "test_phases_courtship:test_instalments_of_packages_leave_first"),
    Fault("nothing is left over in a client state", "strategies.patrons", "filled = paid + share_of(",
          "filled = paid + 0.0 * share_of(",
          "test_phases_courtship:test_client_state_pays_for_half_of_the_contest_and_shares_out_the_rest"),
    Fault("a portfolio takes the worse", "strategies.patrons", "control = view.premium *",
          "control = -view.premium *",
          "test_phases_courtship:test_a_portfolio_is_reconsidered_now_and_then_by_worth"),
    Fault("relief knows no debt", "strategies.compose", "relief_cap if k == RELIEF else np.inf", "np.inf",
          "test_phases_courtship:test_relief_ends_with_the_debt"),
    Fault("money is spent twice", "strategies.compose", "share_of(money - spent_there, slope)",
          "share_of(money, slope)",
          "test_phases_courtship:test_money_is_split_where_the_last_dollar_does_as_much_good"),
    # --- bargaining ---
    Fault("half of the price is forgotten", "world.geometry", "2.0 * sigma * np.sqrt", "sigma * np.sqrt",
          "test_phases_bargaining:test_the_published_table_of_selectorate_prices"),
    Fault("a place is an alternative to itself", "strategies.auction", "total(useful, 2)[:, :, None] - useful",
          "total(useful, 2)[:, :, None] + 0.0 * useful", "test_phases_bargaining:test_alternatives_lower_a_value"),
    Fault("rivalry is read the wrong way round", "strategies.decider", "view.rivalry[:, :, :, None] *",
          "np.swapaxes(view.rivalry, 1, 2)[:, :, :, None] *", "test_phases_bargaining:test_a_rival_bids_its_stake"),
    Fault("denial is free for the host", "strategies.auction", "denial = total(bids, 1)",
          "denial = 0.0 * total(bids, 1)", "test_phases_bargaining:test_common_agency_the_case_of_manas"),
    Fault("standing bases need consent", "strategies.auction",
          "np.where(world.base, 0.0, consent_price(world, p, decide))", "consent_price(world, p, decide)",
          "test_phases_bargaining:test_consent_is_part_of_the_floor_of_a_new_base_only"),
    Fault("the host of a base has a vote", "strategies.auction", "[:, :, None] - member\n",
          "[:, :, None] + 0 * member\n", "test_phases_bargaining:test_the_state_concerned_has_no_vote"),
    Fault("a shared enemy counts for nothing", "strategies.auction", "* (1.0 - protection(world, p))", "",
          "test_phases_bargaining:test_a_mission_against_a_shared_enemy_makes_a_base_cheaper_to_host"),
    Fault("every place protects", "strategies.auction", "rule.mission * np.minimum(1.0, p.geography)", "rule.mission * 1.0",
          "test_phases_bargaining:test_a_mission_against_a_shared_enemy_makes_a_base_cheaper_to_host"),
    Fault("a sanctioner protects", "strategies.auction", " * (world.sanction == 0)\n", "\n",
          "test_phases_bargaining:test_a_mission_against_a_shared_enemy_makes_a_base_cheaper_to_host"),
    Fault("whoever names the rent takes what is offered", "strategies.clients",
          "np.where(offers.insists, rent, floor)", "floor",
          "test_phases_bargaining:test_a_host_that_names_its_rent_asks_what_it_believes_the_base_to_be_worth"),
    Fault("hosts know the luck of their guests", "strategies.auction", "belief=value / view.luck", "belief=value",
          "test_phases_contracts:test_at_the_end_of_a_term_a_host_may_name_the_rent"),
    Fault("hosts ask in the middle of a term", "strategies.auction", " & (world.term_left <= 1)", "",
          "test_phases_contracts:test_at_the_end_of_a_term_a_host_may_name_the_rent"),
    Fault("demands are forgotten", "strategies.auction", "world.base & (over | still)", "world.base & over",
          "test_phases_contracts:test_a_host_that_asks_too_much_loses_its_guest_unless_the_guest_thinks_better_of_it"),
    Fault("a fading mission is put out at once", "phases.bargaining", "np.maximum(short, world.term_left)", "short",
          "test_phases_contracts:test_a_fading_mission_serves_out_its_term"),
    Fault("a majority is half", "strategies.blocs", "(voters + 1) // 2 + 1", "(voters + 1) // 2",
          "test_phases_bargaining:test_votes"),
    Fault("a review ignores the term", "phases.bargaining", "+ rule.bargaining_hazard_term * (term_left == 0)", "",
          "test_phases_contracts:test_at_the_end_of_its_term_a_contract_is_renewed_at_the_new_rent"),
    Fault("contracts bind nobody", "phases.bargaining",
          "np.where(binding, np.maximum(world.rent, answer.rent), answer.rent)", "answer.rent",
          "test_phases_contracts:test_a_review_within_the_term_cannot_lower_the_rent"),
    Fault("a pledge never expires", "phases.bargaining", "np.maximum(0.0, after.pledge - 1.0)", "after.pledge",
          "test_phases_contracts:test_notice_runs_out"),
    Fault("refusals are paid again and again", "phases.bargaining", "np.where(after.pledge > 0, 0.0, worth)", "worth",
          "test_phases_contracts:test_a_refusal_is_paid_once_while_the_pledge_lasts"),
    Fault("promises to the faithless are kept", "phases.bargaining",
          "np.where(lapsed[..., None], 0.0, stock[..., REFUSAL_U])", "stock[..., REFUSAL_U]",
          "test_phases_contracts:test_the_evicted_who_bids_enough_stays_and_the_rival_is_stung"),
    Fault("nobody minds a broken pledge", "phases.bargaining", "sting=after.sting + added",
          "sting=after.sting + 0.0 * added",
          "test_phases_contracts:test_a_base_that_opens_against_a_pledge_breaks_it"),
    Fault("an ordered turnover comes too late", "phases.bargaining", 'turnover = turnover | (orders["turnover"] > 0)',
          "pass", "test_phases_bargaining:test_an_ordered_turnover_is_seen_in_its_own_quarter"),
    Fault("an offer is believed by everybody", "strategies.offers", "worth * world.past.reputation[:, :, None, :]", "worth * 1.0",
          "test_phases_orders:test_an_offer_is_outbid_by_as_much_as_it_is_believed"),
    Fault("an offer calls for no review", "strategies.offers", 'asked | (orders["offer"] > 0).any(axis=(1, 4)) & world.base',
          "asked", "test_phases_orders:test_an_offer_that_is_taken_is_the_package"),
    Fault("who offered pays as usual, too", "phases.bargaining", "worth = np.where(stated.any(axis=4), 0.0, worth)",
          "pass", "test_phases_orders:test_an_offer_that_is_taken_is_the_package"),
    Fault("all bases are of one size", "phases.stocks", "* p.base_size * world.base", "* world.base",
          "test_oracle:drawn_worlds_agree"),
    # --- delivery, stocks, influence ---
    Fault("reputations are not learned", "phases.delivery", "p.dyad.delivery_learning * (seen - q)",
          "0.0 * (seen - q)", "test_phases_delivery:test_reputation_learns_from_every_instrument_alike"),
    Fault("rent in kind is paid in cash, too", "phases.delivery", "(1.0 - p.in_kind) * world.rent", "world.rent",
          "test_phases_delivery:test_rents_are_paid_by_the_quarter_and_not_in_kind"),
    Fault("debts are not served", "phases.stocks", "rule.stocks_interest - rule.stocks_service",
          "rule.stocks_interest", "test_phases_delivery:test_stocks_decay_and_are_fed"),
    Fault("grants are counted twice", "phases.stocks", "came[..., GRANTS] + came[..., LOANS],",
          "2.0 * came[..., GRANTS] + came[..., LOANS],", "test_phases_delivery:test_stocks_decay_and_are_fed"),
    Fault("surplus equipment is endless", "phases.stocks",
          "np.minimum(1.0, share_of(world.surplus, total(asked, 2)))", "np.ones_like(world.surplus)",
          "test_phases_delivery:test_surplus_equipment_comes_from_a_pool"),
    Fault("other creditors are forgotten", "phases.influence", "others = others + world.dyad.other_debt", "pass",
          "test_phases_delivery:test_influence_is_bandwidth_times_dependence_in_six_channels"),
    Fault("sanctions leave the market alone", "phases.influence", "effective_access(world, p) * year",
          "p.access * year",
          "test_phases_delivery:test_a_sanction_cuts_the_market_and_membership_opens_institutions"),
    Fault("bandwidth has a unit", "phases.influence", "bandwidth = v / (v + cap * year)",
          "bandwidth = v / (v + cap * year) ** 2", "test_properties:test_the_unit_of_money_does_not_matter", ({},)),
    # --- anger, blocs ---
    Fault("a sting never ends", "phases.grievance", "sting[..., :2] = world.sting[..., 1:]",
          "sting[...] = world.sting", "test_phases_anger:test_grievance_fades_and_is_stung_for_three_quarters"),
    Fault("the sender is its own black knight", "phases.coercion", "== sender, -1.0, share)", "== -1, -1.0, share)",
          "test_phases_anger:test_otherwise_it_defies_and_turns_to_the_black_knight"),
    Fault("a sanction is not felt", "phases.coercion", "concession_price(before, p)", "concession_price(world, p)",
          "test_phases_anger:test_a_sanction_in_force_makes_conceding_dearer"),
    Fault("accession is free", "phases.blocs", "asked / reputation", "0.0 * asked / reputation",
          "test_phases_blocs:test_a_candidate_joins_by_benefit_and_is_paid"),
    Fault("the small do not ride free", "strategies.blocs", "y / (1.0 + s)", "y / s",
          "test_properties:test_contributions_to_a_joint_force_are_best_replies"),
    Fault("those who were talked round are paid, too", "strategies.blocs",
          "votes & (group_decision(stance, capability, salience, votes).position > 0)", "votes & (stance > 0)",
          "test_group_decision:test_a_group_decision_on_an_outsiders_base"),
    Fault("half of the weight is a no", "strategies.blocs", "- before) > total(weight", "- before) >= 0.9 * total(weight",
          "test_group_decision:test_drawn_ballots_cost_what_the_reference_says", (5,)),
    Fault("the exposed dare most", "theory.group_decision", "(1.0 - exposed / 3.0) / (1.0 + exposed / 3.0)",
          "(1.0 + exposed / 3.0) / (1.0 - exposed / 3.0)", "test_cases:test_risk_of_the_car_emission_case",
          ("as printed",)),
    Fault("proposals to the far are taken first", "theory.group_decision", "np.abs(step), np.inf)",
          "-np.abs(step), np.inf)", "test_group_decision:test_drawn_ballots_cost_what_the_reference_says", (5,)),
    Fault("influence draws nobody", "world.landscape", "tie = world.share - np", "tie = -np",
          "test_oracle:test_both_read_the_same_measures", (4,)),
    Fault("bought consent lasts for ever", "phases.blocs", "np.maximum(0.0, world.consent_left - 1.0)",
          "world.consent_left + 0.0", "test_phases_blocs:test_a_leader_buys_consent_for_a_time"),
    # --- events, luck, machinery ---
    Fault("a hazard strikes while it lasts", "phases.events", "< chance) & ~active[:, e], held", "< chance), held",
          "test_phases_events:test_a_hazard_is_a_chance_a_year_and_may_come_again"),
    Fault("a ramp comes a quarter late", "phases.events", "((age + 1) / steps)", "(age / steps)",
          "test_phases_events:test_a_change_comes_in_equal_steps_and_stays"),
    Fault("nine rounds of Philox", "world.luck", "range(10)", "range(9)",
          "test_luck:test_philox_gives_the_published_answers", ZEROS),
    Fault("all quarters of a year are alike", "world.luck", "kept[1][word]", "kept[1][0 * word]",
          "test_luck:test_every_part_of_an_address_matters"),
    Fault("replications are copies", "world.luck", "self.replications[None, None, :],",
          "0 * self.replications[None, None, :],",
          "test_luck:test_an_address_is_seed_replication_decision_quarter_and_codes"),
    Fault("packages share the luck of the first run", "world.luck", "(self.replications[run], ",
          "(self.replications[0 * run], ", "test_luck:test_single_cells_have_the_luck_of_the_whole"),
    Fault("sums in any order", "world.arrays",
          "    for i in range(1, n):\n        out += x[(*lead, i)]\n    return out", "    return x.sum(axis)",
          "test_arrays:test_a_sum_is_the_same_alone_and_in_any_batch"),
    Fault("clients hear the first one's offers", "abm.model", 'offers.only("C", j)', 'offers.only("C", 0)',
          "test_agents:test_stock_agents_are_the_engine_in_drawn_worlds", (703,)),
)
# fmt: on
