"""Touches and orders become journeys, counted in the database, and credit by every method side by side."""
