"""Pages for those who look under the bonnet, and the tables that code writes into them."""
