"""Benchmarks of Mithaq, run by `make bench`: one run, one machine, ratios.

| module | what |
|---|---|
| `__main__` | runs everything and writes `docs/performance.md` |
| `s3_lines`, `cloudtrail_records`, `wide_lake` | make the input, from a seed |
| `opponents/` | what Mithaq is measured against, each a script of its own |
| `processes` | whole processes: wall time and peak memory |
| `measures` | the benchmarks themselves |
| `machine`, `records`, `page` | the machine's description, results kept between runs, the page |
"""
