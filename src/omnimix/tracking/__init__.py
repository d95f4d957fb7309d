"""Tracked customers as a second witness beside the media model: orders and touches, in tables of any size.

Tables are held by DuckDB (the extra ``omnimix[customers]``); nothing here sums with the media model.
"""

from omnimix.tracking._audiences import Audiences, audiences
from omnimix.tracking._clv import Clv, clv
from omnimix.tracking._customers import Customers, customers
from omnimix.tracking.orders import Orders
from omnimix.tracking.read_orders import read_orders
from omnimix.tracking.touches import Touches, read_touches

__all__ = [
    "Audiences",
    "Clv",
    "Customers",
    "Orders",
    "Touches",
    "audiences",
    "clv",
    "customers",
    "read_orders",
    "read_touches",
]
