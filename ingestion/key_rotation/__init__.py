"""Replacing the pseudonym key: every stored pseudonym changes, and nobody is lost.

A pseudonym cannot be turned into another one without the text behind it. Names, addresses and ORCIDs stand in the vault;
numbers stand nowhere, so they are looked for in the landing files that are still there and, where those have gone, among
all numbers that ESR gives out, since whoever holds the former key can recognise them. No number is stored or shown.
"""
