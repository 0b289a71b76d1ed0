"""One file a revision, in order; a released one never changes."""
