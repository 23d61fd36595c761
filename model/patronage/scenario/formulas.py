"""How measures come about: for each the passage of docs/equations.md that says it, word for word, and its section."""

from __future__ import annotations

from typing import NamedTuple


class Formula(NamedTuple):
    """A passage of the equations."""

    section: int
    text: str


_SHARE = Formula(7, "s = I/(Σ_q I_q + `influence_autonomy`)")
_INDEX = Formula(7, "fbic_index = κ·mean(B°)·mean(D°)")
_DELIVERED = Formula(5, "delivered_pck = Q_{delivery_k}(u_delivery.k)·x_pck (courtship) + arriving_pck")
_PROMISED = Formula(3, "**Courtship** promises x_pck = compose(e_pc, γ_p, licence_pck, 1)")
_RENT = Formula(4, "rent*_pcj = F + ψ'(V − F) + ψ_pcj·(V̂ − F)⁺")
_STANDS = Formula(
    4,
    "accept_pcj = (V ≥ rent* if ψ_pcj > 0 or the host insists, else V ≥ F) and policy is not isolationist and (V > 0 or F < 0) "
    "and not closed_pc",
)
_TURN = Formula(
    11, "**Overthrow.** P_coup = with_coups·`army`_c·S(Λ + trains_c), P_revolt = (1 − with_coups·`army`_c)·S(Λ)"
)
_JOINS = Formula(
    12,
    "Candidate c joins iff `bloc_open` > ½ and u_membership < with_bloc_choice·`blocs_join`·S(`blocs_slope`·b) and the vote passes",
)
_ARMY = Formula(11, "At a coup: regime ← military")

FORMULAS: dict[str, Formula] = {
    "share": _SHARE,
    "autonomy": Formula(7, "autonomy = 1 − Σ_p s"),
    "influence": Formula(7, "I = κ·B·D, κ = `influence_scale`"),
    "fbic": Formula(7, "fbic is I with δ = β = 0 and λ_K = λ_D = .0225 (`influence_pure_lending`), from B^f, D^f"),
    "fbic_index": _INDEX,
    "base": _STANDS,
    "concession": _STANDS,
    "rent": _RENT,
    "fee": _RENT,
    "debt": Formula(
        6, "debt ← max(0, debt·(1 + `stocks_interest` − `stocks_service`) + delivered loans − delivered relief)"
    ),
    "arms": Formula(6, "arms ← (1 − `stocks_decay_arms`)·arms + delivered arms + `stocks_surplus_quality`·t"),
    "capital": Formula(
        6,
        "capital ← (1 − `stocks_decay_capital`)·capital + delivered grants + loans + `base_size`·Σ_j `kind_capital`_j·standing_j",
    ),
    "presence": Formula(
        6,
        "presence ← (1 − `stocks_decay_presence`)·presence + `stocks_base_presence`·`base_size`·Σ_j `kind_presence`_j·standing_j + "
        "`stocks_instructors`·t",
    ),
    "effort": Formula(3, "*sphere*: e_pc = a_p·w'_pc/Σ_c w'_pc (0 if the sum is 0)"),
    "grievance": Formula(9, "G ← `interference_decay`·G_before + sting_0"),
    "reputation": Formula(5, "q ← q + with_reputation·`delivery_learning`·(mean of ratios − q)"),
    "campaign": Formula(
        9, "Launched if u_campaign < P or by act (without `against`): camp ← round(`interference_quarters`)"
    ),
    "sanction": Formula(
        10,
        "Begins, where none is in force, if [G > `interference_min_grievance`] and u_sanction < "
        "with_coercion·`coercion_propensity`·G",
    ),
    "notice": Formula(
        4, "Not accept → **notice** of `bargaining_notice` quarters (rounded), by the first route that applies"
    ),
    "pledge": Formula(4, "A rival who pays > 0 gets pledge_qpc ← `bargaining_pledge`"),
    "delivered": _DELIVERED,
    "relief": _DELIVERED,
    "arms_delivered": _DELIVERED,
    "loans_delivered": _DELIVERED,
    "promised": _PROMISED,
    "arms_promised": _PROMISED,
    "loans_promised": _PROMISED,
    "pending": Formula(
        4, "A composed or stated package: share_k = Q_{mean_k}(u_{refusal.k} or u_{concession.k}); due += share·x"
    ),
    "rent_paid": Formula(5, "Rent paid_pc = Σ_j standing·(1 − in_kind·[j = base])·rent/4"),
    "sentiment": Formula(
        11,
        "T ← clip(T + `recovery`·(T̄ − T) − `fatigue`·h − `failure`·h·max(0, H − H̄) + `aid`·(delivered grants)/Y − "
        "`rent`·D·max(0, rent paid)/Y − `sanction`·[sanction > 0] − `campaign`·n_against + scandal + `noise`·N(u_sentiment), −1, 1)",
    ),
    "anger": Formula(11, "anger_pc = max(0, −T − `sentiment_tolerance`)"),
    "stake": Formula(9, "v = arms + capital + presence (MUSD); stake = v/(v + `retain_half`·4Y)"),
    "drift": Formula(9, "drift ← max(0, u − ū)"),
    "closed": Formula(
        4, "**First**: closed ← max(0, closed − 1). Acts `ban`: closed_pc ← its quarters (infinite without `for`)"
    ),
    "openness": Formula(
        11,
        "D ← clip(D + r·(D̄' − D) − `openness_rent`·D·rents_c/Y − `openness_campaign`·n + `openness_overthrow`·[revolt], .01, .99)",
    ),
    "coalition": Formula(11, "W ← `junta_coalition` where military, else clip(W̄ + `coalition_slope`·(D − D̄), .01, 1)"),
    "legitimacy": Formula(
        11,
        "L ← clip(L + `recovery`·(`mean` − L) + `growth`·excess + `income`·min(income_c, `income_cap`) − "
        "(1 − with_sentiment)·`publicity`·D·unpopular_c/Y − with_sentiment·Σ_p ℓ_c·h_pc·anger_pc − "
        "`interference_cost`·(campaigns launched this quarter) + `noise`·N(u_legitimacy), 0, 1)",
    ),
    "threat": Formula(1, "H ← with_threat·(`threat_persistence`·H + (1 − `threat_persistence`)·clip(x, 0, 1))"),
    "insecurity": Formula(
        1,
        "ins_c = H·exp(−Σ_p arms_pc/(`threat_arms_scale`·4Y_c) − Σ_b mem_bc·force_b/(`threat_arms_scale`·Σ_{c'} mem_bc'·4Y_c'))",
    ),
    "gdp": Formula(2, "Y ← Y·exp(growth)"),
    "growth": Formula(
        2,
        "growth_c = g_c + with_remittances·Σ_p remittances_pc·`economy_passthrough`·`economy_elasticity`·shock_p + "
        "`economy_capital_effect`·`economy_capital_return`·Σ_p capital_pc/Y_c + `economy_noise`·N(u_growth)",
    ),
    "campaigns": Formula(9, "Launched if u_campaign < P or by act (without `against`)"),
    "overthrow": _TURN,
    "coup": Formula(11, "It is a *coup* if by act `coup` (and with_coups), or if u_coup < P_coup/(P_coup + P_revolt)"),
    "turnover": Formula(
        11,
        "turnover flag: no overthrow and (u_turnover < `turnover` + `turnover_openness`·D, "
        "D before this phase's update, or by act, or a handover)",
    ),
    "junta": _ARMY,
    "regime": _ARMY,
    "position": Formula(8, "z ← z + `alignment_pull`·pull + κ_a·(anchor − z) + `alignment_noise`·N(u)"),
    "budget": Formula(2, "B_p = B°·`budget_factor`·(1 + `budget_mission`·mission)·exp(`economy_elasticity`·Σshock)"),
    "spent": Formula(13, "*spent* is Σ_{c,k} γ_k·delivered"),
    "unspent": Formula(3, "unspent_p = a_p − Σ γ x"),
    "mode": Formula(
        3,
        "*portfolio*: P = S(`courtship_slope`·(U_client − U_sphere)); "
        "v = `courtship_revisit`; mode ← client state if u_portfolio < v·P",
    ),
    "member": _JOINS,
    "members": _JOINS,
    "cohesion": Formula(
        12,
        "**Cohesion** C_b = 1 − mean over members (clients and affiliates, as updated) of |z_i − z̄| − `blocs_dispute`·`bloc_disputes`",
    ),
    "force": Formula(12, "force = Ĝ if it acts, else 0"),
    "bloc_sanction": Formula(10, "bloc_sanction ← quarters, bloc_loss ← loss"),
    "frustration": Formula(14, "frustration = (Σ_across max(0, p) + Σ_within max(0, −p))/Σ|p|"),
    "polarisation": Formula(14, "polarisation = Σ_across max(0, −p)/Σ|p|"),
}
"""By measure; those that are an input, a count or a distance have none."""
WITHOUT = frozenset({"distance", "debt_part", "mission", "concentration", "bases", "instability", "year"})
"""Measures that are an input, a count or a distance: their meaning says all."""
