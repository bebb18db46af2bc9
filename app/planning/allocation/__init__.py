"""Sharing a budget among proposals by what people marked: the exact engine.

Lives here: elections as given, the rules that ordinances may choose, what each proposal is
told, and how fair an outcome is. Money is integer céntimos and every decision is taken in
whole numbers or exact fractions; numbers with a point only search where to look.
"""
