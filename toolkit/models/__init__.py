"""Models of services and of how they change: data in, data out."""
