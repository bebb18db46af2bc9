"""SISMUNI: from what communities say to what the district funds, and back."""
