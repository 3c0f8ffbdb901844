"""How people notice, learn and spread a change."""
