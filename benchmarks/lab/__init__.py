"""Worlds whose truth is known, fitted by omnimix, PyMC-Marketing and Meridian side by side."""
