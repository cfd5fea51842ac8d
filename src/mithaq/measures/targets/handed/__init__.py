"""Targets that Mithaq does not reach: files lie ready in a folder, a person carries them out and confirms it.

What such files say differs from cloud to cloud (`azure`, `google`, `oracle`); how they are handed over, taken
back, and held to what was planned is the same, and stands here.
"""
