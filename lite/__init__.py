"""The browser edition: the course as a folder of static files, with nothing to install."""
