"""JupyterLite sets two names in here."""
