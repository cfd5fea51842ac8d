"""Evidence runs of a review, and requests for the records that settle what they leave open."""
