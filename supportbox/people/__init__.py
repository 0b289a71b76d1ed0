"""People: customers and how to reach them, and the agents who answer."""
