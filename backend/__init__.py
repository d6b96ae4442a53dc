"""The floor and the roof of the house: what every module stands on, and what composes them."""
