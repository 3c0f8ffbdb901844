"""Lines of people, carts and wards: what waits, and why."""
