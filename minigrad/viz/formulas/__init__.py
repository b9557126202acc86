"""Formulas and rules as mathematics: read from the tables of derivatives, parsed, and typeset as text or MathML."""
