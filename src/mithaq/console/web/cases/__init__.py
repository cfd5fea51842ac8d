"""Pages of a case: each shows or does something to one case that the person may see."""
