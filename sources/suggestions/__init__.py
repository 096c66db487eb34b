"""Proposes claims from the text of a report, for an editor to accept, change or reject.

`reading.read` is the way in, and `proposals.Reading` what it returns. It knows no database and no
network: places are looked up in what the caller passes. What each language says stands in `words/`,
what follows from it in the modules, in this order:

    tokens → patterns, languages, marked     words and the phrases that they are part of
    numbers, predicates → figures            counts, and what befell the counted
    control, blame, verification, causes     what is said without a number
    naming, frames, speakers → attribution   who says it
    dates, places, noise                     when, where, and what is no report
"""
