"""One report on one screen: its text, the claims suggested in it, and those that are recorded.

suggestions    what sources/suggestions reads in the text, beside what editors made of it
prefilled      a suggestion, or a selection, as first values of the forms
forms          the parts of a claim as typed: words, statement, incident, answer
annotation     these parts together: valid together, saved together
highlights     the text in pieces, each with the claims that rest on it
verbs          what changes rows: judging, removing, taking back
screen, views  the page; every button works without script, which only spares the reload
"""
