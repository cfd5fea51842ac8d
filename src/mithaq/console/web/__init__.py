"""The console's web pages: server-rendered, in Arabic and English, without any inline script or style."""
