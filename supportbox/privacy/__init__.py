"""What is kept of a person: handed out to them, erased for good, forgotten after a while."""
