"""What leaves the house by open standards: collections of features, and their tiles.

The country's registers and each district's layers are one mechanism to whoever serves them. The
rows of a layer come from ``app.operations.layers.offered`` alone, as their reader may know them.
"""
