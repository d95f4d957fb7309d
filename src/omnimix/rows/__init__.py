"""Results as plain rows: what JSON files and the data block of the page hold.

Every kind of row has its own file, so that a verb without a fit needs none of what a fit needs.
"""
