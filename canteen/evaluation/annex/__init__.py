"""The annex for 公共机构节能考核: what a year of evaluation says of each unit, in one table.

国管节能〔2023〕211号 lets the evaluation count in the energy-saving assessment of public institutions. The
annex only reads: closed quarterly sheets, the confirmed spot check, rectifications, and grams of plate waste
per diner. A *veto mark* (一票否决) says that a unit should get no award of the year, and why; whoever gives
awards decides.

Invariants: the year's score is the mean of the closed quarters, rounded half up to a tenth once, and its
grade is that of the last quarter's sheet; what was not evaluated or not measured is empty, never 0.
"""
