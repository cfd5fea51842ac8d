"""Commands of a gateway: its folder, its decision service, its configuration of nginx."""
