"""Answers to frequent questions (常见问题), and the hand-over to a person.

Questions are found by words: what is typed is compared with the words of each entry and with its text.
Whether an answer helped is counted without names: of whom a vote is, only a keyed hash says, so that nobody
counts twice. Who finds no answer hands the question over, which is a request of the service `ask`.
"""
