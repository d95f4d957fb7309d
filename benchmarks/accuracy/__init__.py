"""Studies of how well omnimix recovers a known truth. Each is one command and can be interrupted and resumed."""
