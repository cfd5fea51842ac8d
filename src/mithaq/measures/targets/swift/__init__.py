"""OpenStack Swift with Keystone: a project's storage, by Swift's own interface, S3, signed links and the web.

A cut is one line of metadata on the project's account, which Mithaq's own filter in the proxies reads with
every request (`refusals.py`). Nothing else is changed: no role, no key, no container.
"""
