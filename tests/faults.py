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

from worlds import uncompiled

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
        with uncompiled():
            getattr(importlib.import_module(module), function)(*self.arguments)


@contextmanager
def planted(fault: Fault) -> Iterator[None]:
    """The engine with the fault in it, as ordinary Python."""
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
        for step in reversed(undo):
            step()
        vars(module).clear()
        vars(module).update(before)


def users(thing: object, module: ModuleType) -> Iterator[tuple[ModuleType, str]]:
    """Where else a function or class of a module is known, alone or in a tuple, and by what name."""
    for other in list(sys.modules.values()):
        name, file = getattr(other, "__name__", ""), getattr(other, "__file__", None)
        if other is module or not (name.startswith("patronage") or (file and Path(file).is_relative_to(TESTS))):
            continue
        for alias, value in list(vars(other).items()):
            if value is thing or (isinstance(value, tuple) and any(part is thing for part in value)):
                yield other, alias


def rebound(user: ModuleType, alias: str, old: object, new: object) -> Callable[[], None]:
    """Let a module use another thing under a name; returns how to undo that."""
    before = getattr(user, alias)
    setattr(user, alias, new if before is old else tuple(new if part is old else part for part in before))
    return lambda: setattr(user, alias, before)


ZEROS = ((0,) * 4, (0,) * 2, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8))

# fmt: off
FAULTS = (
    # --- clients ---
    Fault("presence does not shield", "phases.threat", " * (1.0 - shield) + noise", " + noise",
          "test_phases_clients:test_foreign_presence_shields_up_to_a_part"),
    Fault("a force protects strangers", "phases.threat", "if w.member[b, c] and w.force[b] > 0.0:", "if w.force[b] > 0.0:",
          "test_phases_clients:test_a_joint_force_protects_members_and_them_alone"),
    Fault("shocks reach no client", "phases.economy", "* n.economy_passthrough * n.economy_elasticity", "* 0.0",
          "test_phases_clients:test_growth_is_trend_shock_capital_and_luck"),
    Fault("wrong sign of distance", "phases.alignment", "gap = n.patron_position[p, o] - z", "gap = z - n.patron_position[p, o]",
          "test_phases_clients:test_positions_are_pulled_by_shares_less_from_afar_and_to_an_anchor"),
    Fault("positions follow the shares of this quarter", "phases.alignment", "w.share_before", "w.share",
          "test_oracle:drawn_worlds_agree"),
    Fault("an overthrow resets nothing", "phases.regimes",
          "w.overthrow[c], w.legitimacy[c] = 1, n.regimes_mean", "w.overthrow[c] = 1",
          "test_oracle:drawn_worlds_agree"),
    Fault("popular bases cost legitimacy", "phases.regimes", "distance(w, n, s, p, c) > n.regimes_unpopular",
          "distance(w, n, s, p, c) < n.regimes_unpopular",
          "test_phases_clients:test_legitimacy_lives_on_growth_and_income_and_suffers_from_bases_and_campaigns"),
    Fault("rents close no regime", "phases.regimes", "n.regimes_openness_rent * d * rents / w.gdp[c]", "0.0 * d",
          "test_phases_clients:test_openness_falls_with_rents_and_campaigns_and_coalitions_follow"),
    # --- courtship ---
    Fault("packages take all of a budget", "phases.courtship", "min(1.0, n.courtship_first_charge * w.budget[p] / cost)", "1.0",
          "test_phases_courtship:test_they_take_at_most_half_of_a_budget"),
    Fault("members are discounted like outsiders", "phases.courtship",
          "if s.heads[p] and not follows(w, s, p, c) else", "if s.heads[p] else",
          "test_phases_courtship:test_weights_rise_with_threat_bases_and_membership"),
    Fault("what is stuck is not expected", "phases.courtship",
          "(w.due[p, c, k, u] + w.stuck[p, c, k, u]) * rate", "w.due[p, c, k, u] * rate",
          "test_phases_courtship:test_instalments_of_packages_leave_first"),
    Fault("nothing is left over in a client state", "decisions.patrons",
          "w.contest[c] + share_of(left", "w.contest[c] + 0.0 * share_of(left",
          "test_phases_courtship:test_client_state_pays_for_half_of_the_contest_and_shares_out_the_rest"),
    Fault("a portfolio takes the worse", "decisions.patrons",
          "control = n.with_control_premium *", "control = -n.with_control_premium *",
          "test_phases_courtship:test_a_portfolio_is_reconsidered_now_and_then_by_worth"),
    Fault("relief knows no debt", "exchange.packages", "room if k == RELIEF else inf)", "inf)",
          "test_phases_courtship:test_relief_ends_with_the_debt"),
    Fault("money is spent twice", "exchange.packages", "share_of(money - spent_there, slope)", "share_of(money, slope)",
          "test_phases_courtship:test_money_is_split_where_the_last_dollar_does_as_much_good"),
    # --- bargaining ---
    Fault("half of the price is forgotten", "world.terms", "2.0 * sigma * sqrt", "sigma * sqrt",
          "test_phases_bargaining:test_the_published_table_of_selectorate_prices"),
    Fault("a place is an alternative to itself", "exchange.auction", "if m != c:", "if m >= 0:",
          "test_phases_bargaining:test_alternatives_lower_a_value"),
    Fault("one's own base is no better than an ally's", "exchange.auction", "held = 1.0", "held = n.bargaining_allied_alternative",
          "test_phases_bargaining:test_alternatives_lower_a_value"),
    Fault("rivalry is read the wrong way round", "exchange.auction", "n.rivalry[q, p] * strength", "n.rivalry[p, q] * strength",
          "test_phases_bargaining:test_a_rival_bids_its_stake"),
    Fault("denial is free for the host", "exchange.auction", "w.denial[p, c] += w.bid[q, p, c]", "w.denial[p, c] += 0.0",
          "test_phases_bargaining:test_common_agency_the_case_of_manas"),
    Fault("standing bases need consent", "phases.bargaining", "0.0 if w.stood[p, c] else consent_of_allies(w, n, s, p, c)",
          "consent_of_allies(w, n, s, p, c)", "test_phases_bargaining:test_consent_is_part_of_the_floor_of_a_new_base_only"),
    Fault("the host of a base has a vote", "decisions.blocs", "affiliates_of(s, b) - w.member[b, c])", "affiliates_of(s, b))",
          "test_phases_bargaining:test_the_state_concerned_has_no_vote"),
    Fault("a shared enemy counts for nothing", "exchange.auction", "sigma * (1.0 - protection(w, n, p, c))", "sigma",
          "test_phases_bargaining:test_a_mission_against_a_shared_enemy_makes_a_base_cheaper_to_host"),
    Fault("every place protects", "exchange.auction", "n.mission[p] * min(1.0, n.geography[p, c])", "n.mission[p] * 1.0",
          "test_phases_bargaining:test_a_mission_against_a_shared_enemy_makes_a_base_cheaper_to_host"),
    Fault("a sanctioner protects", "exchange.auction", "    if w.sanction[p, c] > 0.0:\n        return 0.0\n", "",
          "test_phases_bargaining:test_a_mission_against_a_shared_enemy_makes_a_base_cheaper_to_host"),
    Fault("whoever names the rent takes what is offered", "exchange.auction",
          "agrees = value >= w.asked[p, c]", "agrees = value >= floor",
          "test_phases_bargaining:test_a_host_that_names_its_rent_asks_what_it_believes_the_base_to_be_worth"),
    Fault("hosts know the luck of their guests", "exchange.auction", "w.value[p, c] / luck", "w.value[p, c]",
          "test_phases_contracts:test_at_the_end_of_a_term_a_host_may_name_the_rent"),
    Fault("hosts ask in the middle of a term", "exchange.auction", "w.term_left[p, c] <= 1.0 and ", "",
          "test_phases_contracts:test_at_the_end_of_a_term_a_host_may_name_the_rent"),
    Fault("demands are forgotten", "exchange.auction", "return w.route[p, c] == BY_DEMAND", "return False",
          "test_phases_contracts:test_a_host_that_asks_too_much_loses_its_guest_unless_the_guest_thinks_better_of_it"),
    Fault("a fading mission is put out at once", "phases.bargaining", "max(w.notice[p, c], left)", "w.notice[p, c]",
          "test_phases_contracts:test_a_fading_mission_serves_out_its_term"),
    Fault("a majority is half", "decisions.blocs", "(voters + 1.0) // 2.0 + 1.0", "(voters + 1.0) // 2.0",
          "test_phases_bargaining:test_votes"),
    Fault("of two equal objectors one is forgotten", "decisions.blocs", " or (w.asks[m] == last and m > after)", "",
          "test_phases_bargaining:test_of_equally_cheap_objectors_the_first_by_code_is_bought"),
    Fault("a review ignores the term", "phases.bargaining",
          "        + n.bargaining_hazard_term * (1.0 if w.term_left[p, c] == 0.0 else 0.0)\n", "",
          "test_phases_contracts:test_at_the_end_of_its_term_a_contract_is_renewed_at_the_new_rent"),
    Fault("contracts bind nobody", "phases.bargaining", "rent = max(old, rent)", "rent = rent + 0.0",
          "test_phases_contracts:test_a_review_within_the_term_cannot_lower_the_rent"),
    Fault("a pledge never expires", "phases.packages", "max(0.0, w.pledge[q, p, c] - 1.0)", "w.pledge[q, p, c]",
          "test_phases_contracts:test_notice_runs_out"),
    Fault("refusals are paid again and again", "phases.packages", "elif w.pledge[q, p, c] <= 0.0:", "else:",
          "test_phases_contracts:test_a_refusal_is_paid_once_while_the_pledge_lasts"),
    Fault("promises to the faithless are kept", "phases.packages",
          "w.due[q, c, k, REFUSAL], w.stuck[q, c, k, REFUSAL] = 0.0, 0.0", "pass",
          "test_phases_contracts:test_the_evicted_who_bids_enough_stays_and_the_rival_is_stung"),
    Fault("nobody minds a broken pledge", "phases.packages", "w.sting[q, c, j] += sting / 3.0", "w.sting[q, c, j] += 0.0",
          "test_phases_contracts:test_a_base_that_opens_against_a_pledge_breaks_it"),
    Fault("an ordered turnover comes too late", "phases.bargaining",
          "w.turnover[c] > 0 or (w.orders > 0 and w.ordered_turnover[c] > 0.0)",
          "w.turnover[c] > 0", "test_phases_bargaining:test_an_ordered_turnover_is_seen_in_its_own_quarter"),
    Fault("an offer is believed by everybody", "exchange.auction", "worth * w.reputation_before[q, c]", "worth * 1.0",
          "test_phases_orders:test_an_offer_is_outbid_by_as_much_as_it_is_believed"),
    Fault("an offer calls for no review", "phases.bargaining", "(w.ordered_review[p, c] > 0.0 or offer_against(w, s, p, c))",
          "w.ordered_review[p, c] > 0.0", "test_phases_orders:test_an_offer_that_is_taken_is_the_package"),
    Fault("who offered pays as usual, too", "phases.packages",
          "            elif w.pledge[q, p, c] <= 0.0:", "            if w.pledge[q, p, c] <= 0.0:",
          "test_phases_orders:test_an_offer_that_is_taken_is_the_package"),
    Fault("all bases are of one size", "phases.stocks", "* n.base_size[p, c] * w.base[p, c]", "* w.base[p, c]",
          "test_oracle:drawn_worlds_agree"),
    # --- delivery, stocks, influence ---
    Fault("reputations are not learned", "phases.delivery", "n.delivery_learning * (kept / number - q)", "0.0 * (kept / number - q)",
          "test_phases_delivery:test_reputation_learns_from_every_instrument_alike"),
    Fault("rent in kind is paid in cash, too", "phases.delivery", "(1.0 - n.in_kind[p, c]) * w.rent[p, c]", "w.rent[p, c]",
          "test_phases_delivery:test_rents_are_paid_by_the_quarter_and_not_in_kind"),
    Fault("debts are not served", "phases.stocks", "n.stocks_interest - n.stocks_service", "n.stocks_interest",
          "test_phases_delivery:test_stocks_decay_and_are_fed"),
    Fault("grants are counted twice", "phases.stocks", "* w.capital[p, c] + came_grants + came_loans",
          "* w.capital[p, c] + 2.0 * came_grants + came_loans", "test_phases_delivery:test_stocks_decay_and_are_fed"),
    Fault("surplus equipment is endless", "phases.stocks", "min(1.0, share_of(w.surplus[p], asked))", "1.0",
          "test_phases_delivery:test_surplus_equipment_comes_from_a_pool"),
    Fault("sanctions leave the market alone", "phases.influence", " * w.real_gdp[c] * uncut(w, p, c)", " * w.real_gdp[c]",
          "test_phases_influence:test_a_sanction_cuts_trade_and_leaving_ends_the_pledge"),
    Fault("channels do not lend to each other", "phases.influence", "half * (wide_market * deep + wide * deep_market)",
          "2.0 * half * wide_market * deep_market",
          "test_phases_influence:test_channels_add_up_to_influence_whatever_stands_in_the_world"),
    Fault("presence has a unit", "phases.influence", "(w.presence[p, c] + n.influence_presence_half)", "(w.presence[p, c] + 150.0)",
          "test_properties:test_the_unit_of_money_does_not_matter", ({},)),
    Fault("what is pure has presence", "phases.influence", "if n.influence_pure <= 0.5:", "if n.influence_pure <= 1.5:",
          "test_phases_influence:test_pure_influence_is_the_index"),
    Fault("the index has no memory", "phases.influence", "(wide / PAST) * (deep / PAST)", "bandwidth * dependence",
          "test_phases_influence:test_the_index_takes_means_of_twelve_quarters"),
    Fault("pledges add up", "world.terms", "out = max(out, n.bloc_pact[b])", "out += n.bloc_pact[b]",
          "test_phases_influence:test_influence_is_bandwidth_times_dependence"),
    Fault("a shock to income is one to volume", "phases.economy", "exp(n.patron_real_growth[p])",
          "exp(n.patron_real_growth[p] + n.shock[p])",
          "test_phases_influence:test_real_growth_prices_and_trade_follow_their_own_trends"),
    Fault("trade grows with the world", "phases.economy", "(n.patron_real_growth[p] - n.trade_world_growth)",
          "n.patron_real_growth[p]",
          "test_phases_influence:test_real_growth_prices_and_trade_follow_their_own_trends"),
    Fault("prices stand still", "phases.economy", "(float(w.quarter) - PRICES)", "0.0",
          "test_phases_influence:test_real_growth_prices_and_trade_follow_their_own_trends"),
    Fault("trade jumps where an event takes it", "phases.events", "cells[changes[i].cell] *= w.gravity[p, c]",
          "cells[changes[i].cell] *= 1.0",
          "test_phases_influence:test_an_event_takes_trade_where_growth_has_brought_it_and_growth_goes_on_after"),
    Fault("trade that an event writes grows", "phases.events", "w.held[changes[i].patron, changes[i].client] = 1",
          "w.held[changes[i].patron, changes[i].client] = 0",
          "test_phases_influence:test_an_event_takes_trade_where_growth_has_brought_it_and_growth_goes_on_after"),
    Fault("arms never lapse", "phases.stocks", "w.tiv[p, c, 0], w.contract[p, c] = 0.0, 0.0", "w.contract[p, c] = 0.0",
          "test_phases_influence:test_a_delivery_counts_for_exactly_forty_quarters"),
    Fault("courtship is hardware", "phases.stocks", "(w.arriving[p, c, ARMS] + handed)", "(w.delivered[p, c, ARMS] + handed)",
          "test_phases_influence:test_packages_and_surplus_are_hardware_and_courtship_is_none"),
    Fault("enemies sell as friends", "phases.stocks", "chance *= n.arms_hostile", "chance *= 1.0",
          "test_phases_influence:test_the_chance_of_a_contract_year", (0, {}, 0.7)),
    Fault("loans are aid", "phases.stocks", "4.0 * came_grants * real", "4.0 * (came_grants + came_loans) * real",
          "test_phases_influence:test_aid_is_a_trailing_mean_of_grants_and_loans_are_none"),
    Fault("a mission arms everybody", "world.terms", "n.courtship_unhosted if k == ARMS and not w.base[p, c] else 1.0", "1.0",
          "test_phases_courtship:test_without_a_base_a_mission_licenses_few_arms"),
    # --- anger, blocs ---
    Fault("a sting never ends", "phases.grievance",
          "w.sting[p, c, 0], w.sting[p, c, 1], w.sting[p, c, 2] = w.sting[p, c, 1], w.sting[p, c, 2], 0.0", "pass",
          "test_phases_anger:test_grievance_fades_and_is_stung_for_three_quarters"),
    Fault("the sender is its own black knight", "phases.coercion", "q != sender and (best", "q >= 0 and (best",
          "test_phases_anger:test_otherwise_it_defies_and_turns_to_the_black_knight"),
    Fault("a sanction is not felt", "phases.coercion", "w.price_felt[p] = condemnation(w, n, p, c)", "w.price_felt[p] = 1.0",
          "test_phases_anger:test_a_sanction_in_force_makes_conceding_dearer"),
    Fault("accession is free", "phases.blocs", "n.bargaining_annuity * asked / trust", "n.bargaining_annuity * 0.0 * asked / trust",
          "test_phases_blocs:test_a_candidate_joins_by_benefit_and_is_paid"),
    Fault("the small do not ride free", "decisions.blocs", "income / (1.0 + reluctance)", "income / reluctance",
          "test_properties:test_contributions_to_a_joint_force_are_best_replies"),
    Fault("those who were talked round are paid, too", "decisions.blocs", "1 if w.votes[m] and w.moved[m] > 0.0 else 0",
          "1 if w.votes[m] and w.stance[m] > 0.0 else 0", "test_group_decision:test_a_group_decision_on_an_outsiders_base"),
    Fault("half of the weight is a no", "decisions.blocs",
          "2.0 * (against - bought) > total", "2.0 * (against - bought) >= 0.9 * total",
          "test_group_decision:test_drawn_ballots_cost_what_the_reference_says", (5,)),
    Fault("the exposed dare most", "theory.group_decision", "(1.0 - exposed / 3.0) / (1.0 + exposed / 3.0)",
          "(1.0 + exposed / 3.0) / (1.0 - exposed / 3.0)", "test_cases:test_risk_of_the_car_emission_case", ("as printed",)),
    Fault("the exposed dare most in the engine", "decisions.debate", "(1.0 - exposed / 3.0) / (1.0 + exposed / 3.0)",
          "(1.0 + exposed / 3.0) / (1.0 - exposed / 3.0)",
          "test_group_decision:test_the_engines_round_is_that_of_the_published_theory", (5,)),
    Fault("proposals to the far are taken first", "theory.group_decision", "np.abs(step), np.inf)", "-np.abs(step), np.inf)",
          "test_group_decision:test_the_engines_round_is_that_of_the_published_theory", (5,)),
    Fault("the far are heard first in the engine", "decisions.debate",
          "if abs(step) < least:\n                least,", "if -abs(step) < least:\n                least,",
          "test_group_decision:test_drawn_ballots_cost_what_the_reference_says", (5,)),
    Fault("influence draws nobody", "world.readings",
          "out = w.share[p, c] - min(1.0, w.grievance[p, c])", "out = -min(1.0, w.grievance[p, c])",
          "test_oracle:test_both_read_the_same_measures", (4,)),
    Fault("bought consent lasts for ever", "phases.blocs", "max(0.0, w.consent_left[b] - 1.0)", "w.consent_left[b] + 0.0",
          "test_phases_blocs:test_a_leader_buys_consent_for_a_time"),
    # --- politics ---
    Fault("presence shields whatever it does", "phases.threat", "n.effect[p, c] * w.presence[p, c]", "w.presence[p, c]",
          "test_politics:test_presence_that_feeds_what_it_fights_undoes_what_shields"),
    Fault("a threat never grows by itself", "phases.threat", "n.threat_local * w.threat[c]", "0.0 * w.threat[c]",
          "test_politics:test_a_threat_may_grow_by_itself_and_its_mean_follows_slowly"),
    Fault("what is usual is what is", "phases.threat", "(w.threat[c] - w.threat_mean[c]) / n.sentiment_memory",
          "w.threat[c] - w.threat_mean[c]", "test_politics:test_a_threat_may_grow_by_itself_and_its_mean_follows_slowly"),
    Fault("coups move no anchor", "phases.alignment", "n.anchor[c, o] + w.anchor_shift[c, o]", "n.anchor[c, o]",
          "test_politics:test_an_anchor_that_a_coup_has_moved"),
    Fault("the absent are blamed", "phases.regimes", "stays = 1.0 if present(w, n, s, p, c) else 0.0", "stays = 1.0",
          "test_politics:test_what_moves_opinion"),
    Fault("grants make no friends", "phases.regimes", "+ n.sentiment_aid *", "- n.sentiment_aid *",
          "test_politics:test_what_moves_opinion"),
    Fault("nobody hears a campaign against a rival", "phases.regimes", "smeared += w.ordered_smear[q, p, c]",
          "smeared += w.ordered_smear[p, q, c]", "test_politics:test_what_moves_opinion"),
    Fault("opinion is not bounded", "phases.regimes", "w.opinion[p, c] = clip(moved, -1.0, 1.0)", "w.opinion[p, c] = moved",
          "test_politics:test_opinion_ends_at_the_poles_and_sleeps_without_its_mechanism"),
    Fault("anger is free", "phases.regimes", "resented += anger(w, n, p, c)", "resented += 0.0",
          "test_politics:test_anger_at_who_stands_there_costs_legitimacy_without_any_rent", (2, 0.003)),
    Fault("juntas bear anger like others", "world.politics", "n.sentiment_junta * military", "n.sentiment_junta * 0.0",
          "test_politics:test_anger_at_who_stands_there_costs_legitimacy_without_any_rent", (3, 0.006)),
    Fault("what is tolerated angers", "world.politics", "-w.opinion[p, c] - n.sentiment_tolerance", "-w.opinion[p, c]",
          "test_politics:test_anger_at_who_stands_there_costs_legitimacy_without_any_rent", (2, 0.003)),
    Fault("parties rule like persons", "world.politics", "return n.regimes_hazard_party", "return n.regimes_hazard_personal",
          "test_politics:test_kinds_of_regimes_fall_more_or_less_easily"),
    Fault("a coup is contagious at home", "world.politics", "memory += w.contagion[m]", "memory += w.contagion[c]",
          "test_politics:test_coups_elsewhere_are_contagious_if_one_says_so"),
    Fault("who strays is defended too", "world.politics", "max(0.0, 1.0 - w.drift[p, c] / LOYAL)", "1.0",
          "test_politics:test_a_loyal_client_is_defended_by_who_retains_it"),
    Fault("anybody's arms make coup-proof", "world.politics", "n.coup_proofing[p] * (w.arms", "(w.arms",
          "test_politics:test_repression_makes_coup_proof_and_closes"),
    Fault("repression closes nothing", "world.politics", "1.0 - n.support_repression_openness * proofing(w, n, s, c)", "1.0",
          "test_politics:test_repression_makes_coup_proof_and_closes"),
    Fault("sanctions cut no linkage", "world.politics", "access(w, n, p, c) * uncut(w, p, c)", "access(w, n, p, c)",
          "test_politics:test_linkage_pulls_openness_to_that_of_the_patron_and_props_up_with_closed_ones"),
    Fault("who says nothing is the most closed", "world.politics", "if n.patron_openness[p] < 0.0:", "if n.patron_openness[p] < -2.0:",
          "test_politics:test_linkage_pulls_openness_to_that_of_the_patron_and_props_up_with_closed_ones"),
    Fault("a coup opens", "phases.regimes", "if w.overthrow[c] and not w.coup[c]:", "if w.overthrow[c]:",
          "test_politics:test_a_coup_and_what_it_leaves"),
    Fault("a junta keeps its coalition", "phases.regimes", "w.coalition[c] = n.regimes_junta_coalition",
          "w.coalition[c] = n.coalition[c]", "test_politics:test_a_coup_and_what_it_leaves"),
    Fault("nobody is blamed for a coup", "phases.regimes", "n.with_sentiment * n.coup_blame", "0.0 * n.coup_blame",
          "test_politics:test_a_coup_and_what_it_leaves"),
    Fault("who campaigned is blamed", "phases.regimes", "present(w, n, s, p, c) and w.campaign[p, c] == 0.0", "present(w, n, s, p, c)",
          "test_politics:test_who_campaigned_is_not_blamed_and_is_thanked"),
    Fault("an anchor jumps", "phases.regimes", "n.coup_turn * (there", "(there", "test_politics:test_a_coup_and_what_it_leaves"),
    Fault("coups are forgotten at once", "phases.regimes", "n.coup_memory * w.contagion[c]", "0.0",
          "test_politics:test_a_coup_and_what_it_leaves"),
    Fault("the army has no part in overthrows", "phases.regimes", "n.with_coups * n.army[c]", "0.0 * n.army[c]",
          "test_politics:test_an_overthrow_is_a_coup_as_often_as_the_army_counts", (0.399, 3, 0.08)),
    Fault("a revolt leaves the old regime", "phases.regimes", "        w.regime[c] = ELECTED\n    sponsor",
          "        pass\n    sponsor",
          "test_politics:test_an_overthrow_is_a_coup_as_often_as_the_army_counts", (0.401, 0, 0.55)),
    Fault("without the mechanism there are coups", "phases.regimes", "(told_coup and n.with_coups > 0.0)", "told_coup",
          "test_politics:test_without_the_mechanism_a_coup_is_an_overthrow_like_others"),
    Fault("juntas never give way", "phases.regimes", "< n.regimes_handover:", "< 0.0:",
          "test_politics:test_a_junta_gives_way_to_elections"),
    Fault("juntas close slowly", "phases.regimes", "n.regimes_junta_return if junta else n.regimes_openness_return",
          "n.regimes_openness_return", "test_politics:test_openness_returns_fast_to_what_a_junta_allows"),
    Fault("rivals' bases are no step away", "world.politics", "n.interference_retain_host * hosted", "0.0 * hosted",
          "test_theories:test_drift_is_distance_beyond_the_usual_with_rivals_bases_as_steps_away"),
    Fault("what is usual never changes", "phases.grievance", "(far - w.distance_mean[p, c]) / n.interference_retain_memory",
          "0.0 * n.interference_retain_memory",
          "test_theories:test_drift_is_distance_beyond_the_usual_with_rivals_bases_as_steps_away"),
    Fault("stakes count for nothing", "phases.grievance", "stake(w, n, p, c) * w.drift[p, c]", "w.drift[p, c]",
          "test_theories:test_who_retains_campaigns_against_those_that_stray_the_more_the_deeper_the_ties"),
    Fault("without a theory there is revenge", "phases.grievance", "theory == REVENGE and", "theory <= REVENGE and",
          "test_theories:test_who_has_no_theory_takes_no_revenge"),
    Fault("black knights do not help", "world.politics", "(1.0 - knight) * gap", "gap",
          "test_theories:test_leverage_of_the_more_open_without_black_knights"),
    Fault("the less open press the more open", "world.politics", "return max(0.0, above(n, p, openness))",
          "return abs(above(n, p, openness) - 1.0)",
          "test_theories:test_leverage_of_the_more_open_without_black_knights"),
    Fault("what a sanction cost is never forgotten", "phases.coercion", "w.sanction_cut[p, c], w.sanction_loss[p, c] = 0.0, 0.0",
          "w.sanction_cut[p, c] = 0.0", "test_theories:test_what_a_sanction_costs_is_remembered_while_it_lasts"),
    Fault("condemnation is priced twice", "world.politics", "(1.0 - n.with_refusal) * n.bargaining", "n.bargaining",
          "test_theories:test_with_refusal_condemnation_is_no_price"),
    Fault("blocs are always obeyed", "phases.coercion", "    complies = pressure > price\n", "    complies = True\n",
          "test_theories:test_a_client_defies_a_bloc_and_turns_to_who_stands_by_it"),
    Fault("blocs are never obeyed", "phases.coercion", "    complies = pressure > price\n", "    complies = False\n",
          "test_theories:test_a_client_obeys_a_bloc_that_costs_more_than_a_members_consent"),
    Fault("a bloc's sanction never ends", "phases.coercion", "max(0.0, w.bloc_sanction[b, c] - 1.0)", "w.bloc_sanction[b, c] + 0.0",
          "test_theories:test_a_client_defies_a_bloc_and_turns_to_who_stands_by_it"),
    Fault("who leads nobody is the last patron", "phases.blocs", "w.cohesion[b], weight_of_members(w, s, b, c), 0.0",
          "w.reputation_before[leader, c], w.share_before[leader, c], 0.0",
          "test_theories:test_benefit_of_a_bloc_that_nobody_leads"),
    Fault("a bloc without a leader has a purse", "decisions.blocs", "        return 0.0\n    return n.blocs_consent_budget",
          "        return 1e9\n    return n.blocs_consent_budget", "test_theories:test_nobody_pays_for_who_joins_it"),
    Fault("a leader far away covers like one on the spot", "phases.blocs", "else n.blocs_cover", "else 1.0",
          "test_theories:test_a_leader_covers_where_it_stands"),
    Fault("allies' sanctions drive into the bloc", "phases.blocs", "q != leader and not s.allied[leader, q]", "q != leader",
          "test_theories:test_shelter_from_those_who_are_more_open"),
    Fault("a bloc shelters from itself", "phases.blocs", "if other != b and w.bloc_sanction", "if w.bloc_sanction",
          "test_theories:test_shelter_from_those_who_are_more_open"),
    Fault("wars of a bloc entangle nobody", "phases.blocs", "n.blocs_entangle * entangled", "0.0 * entangled",
          "test_theories:test_a_joint_force_entangles_the_distant"),
    Fault("accessions are not denied", "phases.blocs", "n.bloc_denial[b] * bids", "0.0 * bids",
          "test_theories:test_rivals_may_bid_against_an_accession"),
    Fault("theories are told of everybody", "decisions.theories", "hazard = np.where(holds, theory.hazard(view), hazard)",
          "hazard = theory.hazard(view)", "test_theories:test_a_registered_theory_is_told_of_those_who_hold_it"),
    # --- events, luck, machinery ---
    Fault("a hazard strikes while it lasts", "phases.events", "not state.active and of_event", "of_event",
          "test_phases_events:test_a_hazard_is_a_chance_a_year_and_may_come_again"),
    Fault("a ramp comes a quarter late", "phases.events", "((age + 1) / event.steps)", "(age / event.steps)",
          "test_phases_events:test_a_change_comes_in_equal_steps_and_stays"),
    Fault("what was ordered once is ordered for ever", "phases.events",
          "        clear_orders(w, s)\n    for e", "        pass\n    for e",
          "test_phases_events:test_acts_happen_in_their_quarter_and_once"),
    Fault("an order of a rival is not cleared", "phases.events", "w.ordered_offer[q, p, c, k] = 0.0", "pass",
          "test_phases_orders:test_an_offer_of_last_quarter_is_forgotten_though_something_else_is_ordered"),
    Fault("nine rounds of Philox", "world.draws", "range(10)", "range(9)",
          "test_luck:test_philox_gives_the_published_answers", ZEROS),
    Fault("the words of a call are exchanged", "world.draws",
          "elif lane == 1:\n        word = x1", "elif lane == 1:\n        word = x2",
          "test_luck:test_philox_gives_the_published_answers", ZEROS),
    Fault("all quarters of a year are alike", "engine", "w.lane = w.quarter % 4", "w.lane = 0", "test_oracle:two_quarters_agree"),
    Fault("replications are copies", "engine", "replications[r], rows, happenings", "replications[0], rows, happenings",
          "test_luck:test_replications_and_seeds_differ"),
    Fault("a client has the luck of another", "world.draws", "s.client_word[c], NOBODY", "s.client_word[0], NOBODY",
          "test_luck:test_an_address_is_seed_replication_decision_quarter_and_codes"),
    Fault("what is delivered is read from another's table", "world.draws",
          "r >= 0 and tables[r, NODES + 1] == mean and tables[r, NODES + 2] == precision",
          "r >= 0", "test_phases_delivery:test_a_drawn_share_is_a_quantile"),
    Fault("a table ends where it begins", "world.draws", "tables[r, left], tables[r, left + 1]", "tables[r, left], tables[r, left]",
          "test_phases_delivery:test_a_drawn_share_is_a_quantile"),
    Fault("an exponential of one term too few", "world.arithmetic", "t * 4.13813679705723846039e-08", "0.0",
          "test_arithmetic:test_exp_is_that_of_the_library"),
    Fault("a tail of the normal is the other's", "world.arithmetic", "return found if mirrored else -found", "return found",
          "test_arithmetic:test_normal_quantiles_are_those_of_the_library"),
    Fault("actors who are only padding are counted", "world.readings",
          "for a in range(s.A):", "for a in range(len(s.actor_patron)):",
          "test_oracle:test_both_read_the_same_measures", (4,)),
    Fault("padding is read as a patron", "decisions.clients", "total / s.P", "total / len(w.budget)",
          "test_phases_bargaining:test_policies_change_the_price", ("hedger", (1.4918246976412703, 0.6703200460356393))),
    Fault("rows are overwritten by those of later runs", "driving", "ledger[: used[0]].copy()", "ledger[: used[0]]",
          "test_compiling:small_buffers_lose_no_row"),
    Fault("sums in any order", "world.arrays",
          "    for i in range(1, n):\n        out += x[(*lead, i)]\n    return out", "    return x.sum(axis)",
          "test_arrays:test_a_sum_is_the_same_alone_and_in_any_batch"),
    Fault("clients hear the first one's offers", "abm.model", 'offers.only("C", j)', 'offers.only("C", 0)',
          "test_agents:test_stock_agents_are_the_engine_in_drawn_worlds", (703,)),
    Fault("a full ledger goes unnoticed", "engine", "if w.rows >= len(ledger) or w.happenings >= len(log):", "if False:",
          "test_compiling:small_buffers_lose_no_row"),
    Fault("what does not fit overwrites what did", "engine", "if w.rows >= len(ledger) or w.happenings >= len(log):",
          "if w.rows > len(ledger) or w.happenings > len(log):",
          "test_compiling:small_buffers_lose_no_row"),
    Fault("the last run begins where another ended", "engine", "forget(standing[0])", "pass",
          "test_compiling:test_runs_do_not_see_each_others_events"),
)
# fmt: on
