"""服务保障工作情况通报: what all services of the compound came to in a month, told to everybody on two pages.

Vocabulary: a *review* is the bulletin of one month; its *figures* are sections, each of one service, with
figures, perhaps tables, and notes on method (口径说明). A *version* after the first corrects the one before
it and says why. Figures are gathered by a flow over all modules and handed in: this slice knows none of them.

Invariants: draft → submitted → published, or returned and submitted again; who drafted or submitted it does
not publish it; once published, neither it nor its prints ever change (triggers); every text, chart and cell
is made from the frozen figures; a figure is kept as the sums that it is made of, and told only where at least
as many stand behind it as `least` says; nobody is named.
"""
