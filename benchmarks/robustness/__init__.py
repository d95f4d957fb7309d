"""Hostile inputs at every door: how many are read right, how many are refused, and how many do harm in silence."""
