"""What a trainer takes into a room: guides, plans, games and sheets to print, and the board."""
