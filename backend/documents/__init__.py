"""Documents that every module makes alike: PDFs, charts and Excel sheets.

A slice keeps its templates in `templates/` beside it and its functions in `documents.py`. A template is
named by package and file, `canteen.ordering/prep_list.html`; a bare name is one of ours:
`document.html` is the layout that a printed template extends, `charts.html` holds the macros of the
charts. Nothing here asks the network, and nothing is rendered within a unit of work.
"""
