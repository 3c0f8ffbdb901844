"""The two widgets that everything on screen is made of: a form to answer in, a chart that lives."""
