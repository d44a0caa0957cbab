"""The neighbourhood: its records and the rules over them. Pure, and knows no replicas."""
