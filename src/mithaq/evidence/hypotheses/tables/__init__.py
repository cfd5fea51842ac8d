"""The workloads themselves, as data.

Each figure is a range with a tag: S found in a source, D derived from sourced figures, A assumed and to be
varied in experiments. `V1`, `L4` and alike in a source name entries of the project's list of workload
archetypes (V violating, L lawful), from which these tables were first filled; where the list names a
publication, so does the table.
"""
