"""The chain of a district: from a budget line to the forms behind it, and from a form onwards."""
