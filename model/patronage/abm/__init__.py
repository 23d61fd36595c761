"""The model as a Mesa model: states and blocs are agents that own the decisions.

Imports mesa, never solara. `InfluenceModel` runs the engine's quarter and asks its agents wherever somebody decides, so
the stock model equals the engine bit for bit and an overridden agent changes only what it decides.
"""

from .agents import Bloc, State
from .model import InfluenceModel, simulate_agents

__all__ = ["Bloc", "InfluenceModel", "State", "simulate_agents"]
