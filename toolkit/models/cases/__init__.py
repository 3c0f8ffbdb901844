"""The nine illustrative cases: reviewed one by one, and compared."""
