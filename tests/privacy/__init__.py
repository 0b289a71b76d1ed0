"""What is kept of a person: handing out, erasing, forgetting."""
