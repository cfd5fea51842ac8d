"""Running Mithaq as a service: the first run, the web server, the worker, copies to put back, logs."""
