"""The demo's story: a provider's people and a dozen cases, at every stage that there is.

Most of it is told through the acts, under a clock that passes by the story's days; the evidence is computed
from the pretend provider's logs by the worker's own code. The last case goes through a server's API, step by
step. All people and customers are invented.
"""
