"""Compiled kernels: the only code that ever touches the bytes of an id or a key.

They take byte buffers with offsets and give back numbers: a keyed hash, a code, a shape. No Python string
of a key or an address is ever made, so there is nothing that a log line or a traceback could carry on.
"""
