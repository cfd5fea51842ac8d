"""`mithaq register …`: the books of customers and subscriptions from the command line."""
