"""How a case's decisions are carried out: plans, where each measure stands, what probes see, what drifted."""
