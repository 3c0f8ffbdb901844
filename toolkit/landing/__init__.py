"""The page that opens first: a drawn map of the course, and what has been done of it."""
