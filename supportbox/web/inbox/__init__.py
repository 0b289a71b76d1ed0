"""The agents' inbox: folders, tickets, and what an agent does to them."""
