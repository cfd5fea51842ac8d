"""Indicators: one module and one Ibis expression each, computed per stream for one subject or thousands.

No indicator uses origin, language, religion or place of a population.
"""
