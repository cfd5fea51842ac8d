"""OpenStack Swift with Keystone: a project's storage, by Swift's own interface, S3, signed links and the web.

A cut is one line of metadata on the project's account, which Mithaq's own filter in the proxies reads with
every request (`refusals.py`): no role, no key, no container is changed. Other services of the project, which
have no such filter, are closed by taking the role away that opens them (`services.py`).
"""
