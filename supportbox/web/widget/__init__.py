"""The widget: a script for any site, its panel in a frame of ours, and the talk of visitors with agents."""
