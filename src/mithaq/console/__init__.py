"""Settings, web pages and the mounting of the API."""
