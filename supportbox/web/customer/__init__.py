"""What a customer does without an account: write to us, follow a request, answer in it."""
