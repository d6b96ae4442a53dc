"""The small demo, for every test of it."""

from tests.backend.flows.demo_house import demo, living_demo, seeded_demo

__all__ = ["demo", "living_demo", "seeded_demo"]
