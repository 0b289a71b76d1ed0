"""The settings: what the business and its agents may change on pages."""
