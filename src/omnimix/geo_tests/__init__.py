"""A test in some markets is read: what it did there, by three methods and one way to see what chance does."""

from omnimix.geo_tests.analyze import analyze_test
from omnimix.geo_tests.methods import METHODS, Method
from omnimix.geo_tests.result import GeoTest

__all__ = ["METHODS", "GeoTest", "Method", "analyze_test"]
