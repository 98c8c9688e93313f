"""Super-resolved video from a stream of localizations: simulation, causal recurrent network, training, evaluation, export.

Lengths are in fine pixels (camera pixel / 4) and times in slices unless a name says otherwise; positions are (x, y) with pixel i
spanning [i, i + 1).
"""
